//! Turns the refusals of a domain rule into one problem.

use super::code::Code;
use super::document::FieldError;
use super::refusal::Problem;

/// A reason for which a rule refuses a request.
pub trait Refusal: Copy + PartialEq + 'static {
    /// The problem's code for each refusal, most serious first. A refusal that is not listed only
    /// points at a value of the body.
    const CODES: &'static [(Self, Code)];

    /// The refusal as a machine-readable code.
    fn reason(self) -> &'static str;

    /// What the problem says if this is its most serious refusal.
    fn detail(self) -> &'static str;

    /// The value of the body that must be corrected, as a JSON Pointer (RFC 6901), and what is wrong
    /// with it. `None` if no value is wrong.
    fn pointer(self) -> Option<(&'static str, &'static str)> {
        None
    }
}

/// The refusals that point at a value of the body.
pub fn violations<R: Refusal>(refusals: &[R]) -> Vec<FieldError> {
    let violation = |refusal: &R| {
        let (pointer, message) = refusal.pointer()?;
        Some(FieldError::at(pointer, refusal.reason(), message))
    };
    refusals.iter().filter_map(violation).collect()
}

impl Problem {
    /// The problem with all refusals. `code` is that of the most serious one, `reasons` has all of
    /// them, and `errors` those that point at a value of the body.
    #[must_use]
    pub fn refused<R: Refusal>(refusals: &[R]) -> Self {
        let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.reason()).collect();
        let violations = violations(refusals);
        let problem = match R::CODES.iter().find(|(refusal, _)| refusals.contains(refusal)) {
            Some((refusal, code)) if violations.is_empty() => Self::new(*code, refusal.detail()),
            Some((refusal, code)) => Self::new(*code, refusal.detail()).errors(violations),
            None => Self::invalid(violations),
        };
        problem.member("reasons", reasons)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, PartialEq)]
    enum Reason {
        Forbidden,
        Conflict,
        Role,
    }

    impl Refusal for Reason {
        const CODES: &'static [(Self, Code)] =
            &[(Self::Forbidden, Code::role_required), (Self::Conflict, Code::already_member)];

        fn reason(self) -> &'static str {
            match self {
                Self::Forbidden => "forbidden",
                Self::Conflict => "conflict",
                Self::Role => "role",
            }
        }

        fn detail(self) -> &'static str {
            "refused"
        }

        fn pointer(self) -> Option<(&'static str, &'static str)> {
            matches!(self, Self::Role).then_some(("/role", "is not offered"))
        }
    }

    #[test]
    fn the_most_serious_refusal_determines_the_code_in_any_order() {
        for refusals in [[Reason::Conflict, Reason::Forbidden], [Reason::Forbidden, Reason::Conflict]] {
            assert_eq!(Problem::refused(&refusals).code(), Code::role_required);
        }
        assert_eq!(Problem::refused(&[Reason::Role, Reason::Conflict]).code(), Code::already_member);
        assert_eq!(Problem::refused(&[Reason::Role]).code(), Code::validation_failed);
    }

    #[test]
    fn a_refused_value_is_reported_as_a_violation_whatever_the_code() {
        let expected = FieldError::at("/role", "role", "is not offered");
        assert_eq!(violations(&[Reason::Conflict, Reason::Role]), [expected]);
    }
}
