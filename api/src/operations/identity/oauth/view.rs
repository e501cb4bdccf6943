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
    /// How the request proves itself.
    pub grant_type: GrantType,
    /// Your e-mail address (`password`).
    #[schema(nullable = false)]
    pub username: Option<String>,
    /// Your password (`password`).
    #[schema(nullable = false, format = Password)]
    pub password: Option<String>,
    /// The `device_token` of an earlier answer (`password`, `mfa_otp`): wrong passwords and codes of strangers then do not
    /// stand in your way.
    #[schema(nullable = false)]
    pub device_token: Option<String>,
    /// The `mfa_token` of the answer `mfa_required` (`mfa_otp`); good for five minutes and ten tries.
    #[schema(nullable = false)]
    pub mfa_token: Option<String>,
    /// The six digits that your authenticator app shows (`mfa_otp`); each works once.
    #[schema(nullable = false, example = "492039")]
    pub otp: Option<String>,
    /// One of your recovery codes in place of `otp` (`mfa_otp`); each works once.
    #[schema(nullable = false, example = "7H2K-0Q9V-M4TX-RC6E")]
    pub recovery_code: Option<String>,
    /// The refresh token of the last answer (`refresh_token`); each works once.
    #[schema(nullable = false)]
    pub refresh_token: Option<String>,
}

/// How a token request proves itself.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum GrantType {
    /// With e-mail address and password.
    Password,
    /// With a second factor, after the password was answered with `mfa_required`.
    MfaOtp,
    /// With the refresh token of an earlier answer.
    RefreshToken,
}

/// The tokens of a session.
// No `Debug`: they must not reach a log.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…",
    "token_type": "Bearer",
    "expires_in": 600,
    "refresh_token": "ppr_…",
    "device_token": "ppd_…"
}))]
pub struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds the access token is good for, unless the session ends earlier.
    pub expires_in: i64,
    /// Gets the next tokens; works once.
    pub refresh_token: String,
    /// Keep it, and send it along the next time you sign in from this device; in answers to signing in only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub device_token: Option<String>,
}

/// A revocation request (RFC 7009), as a form.
#[derive(ToSchema)]
#[schema(example = json!({"token": "ppr_3q2-7wAAAA"}))]
pub struct RevocationRequest {
    /// A refresh token or an access token; the session it belongs to is ended.
    #[schema(min_length = 1, pattern = "^[A-Za-z0-9._~+/=-]+$")]
    pub token: String,
}
