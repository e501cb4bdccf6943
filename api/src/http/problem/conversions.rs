//! Converts domain refusals and failures of storage and background work into problems.

use portal_domain::organizations::policy;
use portal_persistence::{Constraint, StoreError};

use super::code::Code;
use super::refusal::Problem;
use crate::portal::concurrency_limit::Overloaded;
use crate::portal::failure::{Failure, log_store_error};
use crate::portal::plans::MissingPlan;
use crate::portal::rate_limits::RetryAfter;
use crate::portal::tokens::SigningFailed;
use crate::portal::transfer_memory::TransferRefusal;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        log_store_error(&error);
        Self::of_store_error(error)
    }
}

impl Problem {
    /// The problem of a storage error that was logged.
    fn of_store_error(error: StoreError) -> Self {
        match error {
            StoreError::Stale(what) => {
                Self::new(Code::changed_meanwhile, format!("the {what} changed during the request"))
            }
            // Two concurrent requests found the value free, and the constraint refused the second.
            StoreError::Taken(
                Constraint::UserEmail
                | Constraint::Membership
                | Constraint::PendingInvitation
                | Constraint::MemberHistoryNumber
                | Constraint::OrganizationTaxId
                | Constraint::OpenAccessRequest,
            ) => Self::new(Code::changed_meanwhile, "another request did the same at the same time"),
            // The write loop repeats the work, which then draws new numbers.
            StoreError::Taken(Constraint::ApplicationNumber | Constraint::MedicaidId) => {
                Self::new(Code::changed_meanwhile, "another request took the number at the same time")
                    .because_of(error)
            }
            StoreError::Taken(Constraint::OpenRevalidation) => {
                Self::new(Code::open_item_exists, "a revalidation of this Medicaid ID is open")
            }
            StoreError::Taken(Constraint::ReassignmentReverted) => Self::new(
                Code::changed_meanwhile,
                "another request reverted the reassignment at the same time",
            ),
            StoreError::Busy(_) => {
                Self::new(Code::overloaded, "the database did not answer in time").because_of(error)
            }
            // Not a failure of the server: trying again does not help, and the operator is informed by
            // the log.
            StoreError::Damaged { .. } => {
                Self::new(Code::document_damaged, "the stored content is not what was uploaded")
            }
            StoreError::Unavailable(_) => Self::new(Code::unavailable, "the database cannot be reached"),
            StoreError::Taken(constraint) => {
                tracing::error!(?constraint, "a constraint was violated that no request should violate");
                Self::new(Code::internal_error, "the request could not be carried out")
            }
            _ => Self::new(Code::internal_error, "the request could not be carried out"),
        }
    }
}

impl From<policy::Refusal> for Problem {
    fn from(refusal: policy::Refusal) -> Self {
        let code = match &refusal {
            policy::Refusal::RoleRequired => Code::role_required,
            policy::Refusal::OrganizationNotEligible(_) => Code::organization_not_eligible,
        };
        Self::new(code, "you may not do this in this organization").member("reasons", refusal.reasons())
    }
}

impl From<Overloaded> for Problem {
    fn from(overloaded: Overloaded) -> Self {
        Self::new(Code::overloaded, overloaded.to_string())
    }
}

impl From<TransferRefusal> for Problem {
    fn from(refusal: TransferRefusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            TransferRefusal::UserLimit => Self::new(Code::too_many_requests, text).retry_after(1),
            TransferRefusal::TotalLimit => Self::new(Code::overloaded, text),
        }
    }
}

impl From<RetryAfter> for Problem {
    fn from(limited: RetryAfter) -> Self {
        Self::new(Code::too_many_requests, "too many requests from this address").retry_after(limited.seconds)
    }
}

impl From<MissingPlan> for Problem {
    fn from(_: MissingPlan) -> Self {
        Self::new(Code::internal_error, "the plan has no profile")
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => Self::of_store_error(error),
            Failure::Overloaded(overloaded) => overloaded.into(),
            Failure::MissingPlan(missing) => missing.into(),
            Failure::JobRunning => Self::new(Code::job_running, failure.to_string()),
            Failure::ShuttingDown => Self::new(Code::unavailable, failure.to_string()),
            Failure::Inconsistent(_) | Failure::Panicked => {
                tracing::error!(%failure, "the request could not be carried out");
                Self::new(Code::internal_error, "the request could not be carried out")
            }
        }
    }
}

impl From<SigningFailed> for Problem {
    fn from(_: SigningFailed) -> Self {
        Self::new(Code::internal_error, "the request could not be carried out")
    }
}

impl From<actix_web::error::BlockingError> for Problem {
    fn from(_: actix_web::error::BlockingError) -> Self {
        tracing::error!("work on the blocking pool was canceled or panicked");
        Self::new(Code::internal_error, "the request could not be carried out")
    }
}
