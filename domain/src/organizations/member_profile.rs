//! The personal data of a member that the organization's managers see.

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
/// Anyone can register with any address. Until the owner of the address was active in the
/// organization, only the given data is shown. Otherwise the organization would learn whether the
/// address has an account, and under which name. Afterward, the given telephone number is shown if
/// the user has none. It stays on the membership, so that other organizations never see it.
#[must_use]
pub fn shown_profile(
    was_active: bool,
    on_file: MemberProfile,
    given: Option<MemberProfile>,
) -> MemberProfile {
    match given {
        Some(given) if !was_active => given,
        Some(given) => MemberProfile { telephone: on_file.telephone.or(given.telephone), ..on_file },
        None => on_file,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_on_file_is_hidden_until_the_member_was_active() {
        let profile = |first_name: &str, telephone: Option<&str>| MemberProfile {
            first_name: first_name.into(),
            last_name: "Huang".into(),
            telephone: telephone.map(Into::into),
        };
        let (on_file, given) = (profile("Jeremy", Some("6175550100")), profile("Jerry", None));
        assert_eq!(shown_profile(false, on_file.clone(), Some(given.clone())), given);
        assert_eq!(shown_profile(true, on_file.clone(), Some(given)), on_file);
        for was_active in [false, true] {
            assert_eq!(shown_profile(was_active, on_file.clone(), None), on_file);
        }
        let without = MemberProfile { telephone: None, ..on_file.clone() };
        let number_given = profile("Jerry", Some("6175550100"));
        assert_eq!(shown_profile(true, without, Some(number_given)), on_file, "the given telephone number");
    }
}
