//! The personal data of a member that the organization's managers see.

use crate::organizations::membership::MembershipStatus;

/// A person's name and telephone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberProfile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The telephone number, ten digits.
    pub telephone: Option<String>,
}

/// The data to show of a member: the user's data on file, or the data `given` at registration.
///
/// Until a registrant's identity is verified, only the given data is shown. Otherwise the
/// organization would learn whether the address has an account, and under which name.
#[must_use]
pub fn shown_profile(
    status: MembershipStatus,
    on_file: MemberProfile,
    given: Option<MemberProfile>,
) -> MemberProfile {
    match (status, given) {
        (MembershipStatus::VerificationPending, Some(given)) => given,
        _ => on_file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_on_file_is_hidden_until_the_registration_is_verified() {
        let profile = |first_name: &str, telephone: Option<&str>| MemberProfile {
            first_name: first_name.into(),
            last_name: "Huang".into(),
            telephone: telephone.map(Into::into),
        };
        let (on_file, given) = (profile("Jeremy", Some("6175550100")), profile("Jerry", None));
        for status in MembershipStatus::ALL {
            let shown = shown_profile(*status, on_file.clone(), Some(given.clone()));
            let pending = *status == MembershipStatus::VerificationPending;
            assert_eq!(shown, if pending { given.clone() } else { on_file.clone() }, "{status}");
            assert_eq!(shown_profile(*status, on_file.clone(), None), on_file, "{status}");
        }
    }
}
