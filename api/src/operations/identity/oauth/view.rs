//! Bodies of the token endpoint.

use serde::Serialize;
use utoipa::ToSchema;

/// A token request (RFC 6749), as a form.
#[derive(ToSchema)]
#[schema(example = json!({
    "grant_type": "password",
    "username": "debi.henderson@bluegrass.example",
    "password": "explore-the-portal"
}))]
pub struct TokenRequest {
    /// The grant type.
    pub grant_type: GrantType,
    /// Your email address (`password`).
    pub username: Option<String>,
    /// Your password (`password`).
    #[schema(format = Password)]
    pub password: Option<String>,
    /// The `device_token` of an earlier response (`password`, `mfa_otp`). Wrong passwords and codes
    /// of others then do not block you.
    pub device_token: Option<String>,
    /// The `mfa_token` of the 403 `mfa_required` (`mfa_otp`); valid for five minutes and ten
    /// attempts.
    pub mfa_token: Option<String>,
    /// The six-digit code from your authenticator app (`mfa_otp`); each works once.
    #[schema(example = "492039")]
    pub otp: Option<String>,
    /// A recovery code instead of `otp` (`mfa_otp`); each works once.
    #[schema(example = "7H2K-0Q9V-M4TX-RC6E")]
    pub recovery_code: Option<String>,
    /// The refresh token of the last response (`refresh_token`); each works once.
    pub refresh_token: Option<String>,
}

/// The grant type of a token request.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum GrantType {
    /// Email address and password.
    Password,
    /// A second factor, after the password returned `mfa_required`.
    MfaOtp,
    /// The refresh token of an earlier response.
    RefreshToken,
}

/// The tokens of a session.
// No `Debug`, to keep them out of logs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…",
    "token_type": "Bearer",
    "expires_in": 600,
    "refresh_token": "ppr_…",
    "device_token": "ppd_…"
}))]
pub struct TokenView {
    /// The access token; send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// The lifetime of the access token in seconds, unless the session ends earlier.
    pub expires_in: i64,
    /// The refresh token, which gets the next tokens; works once.
    pub refresh_token: String,
    /// Store it, and send it with the next sign-in from this device. Only in responses to sign-ins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
}

/// A revocation request (RFC 7009), as a form.
#[derive(ToSchema)]
#[schema(example = json!({"token": "ppr_3q2-7wAAAA"}))]
pub struct RevocationRequest {
    /// A refresh token or access token; its session ends.
    #[schema(min_length = 1, pattern = "^[A-Za-z0-9._~+/=-]+$")]
    pub token: String,
}
