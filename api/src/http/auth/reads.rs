//! The reads of personal data in a request. They are recorded on the request's connection before the
//! response is sent: without a record, nothing is shown.

use std::cell::RefCell;

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::OrganizationId;
use portal_domain::organizations::actor::Actor;
use portal_domain::platform::read_event::{self, Purpose, Read, ReadAction, Recording};
use portal_persistence::platform::read_events::NewReadEvent;
use utoipa::IntoParams;

use crate::http::problem::{Code, FieldError, Problem};

/// The name of the header.
pub(super) const HEADER: &str = "purpose";

/// The header in which staff state why they read the data of an organization.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct PurposeHeader {
    /// Why you read the data of an organization that you are not a member of. Required of users with
    /// a platform role, except for the work of their own role. Recorded.
    #[param(rename = "Purpose")]
    pub purpose: Option<Purpose>,
}

/// Data that a request reads.
#[derive(Clone, Debug)]
pub struct Looked {
    read: Read,
    object: String,
    subject: String,
}

impl Looked {
    /// An object of an organization.
    pub fn at(action: ReadAction, object: impl ToString, organization: Option<OrganizationId>) -> Self {
        let object = object.to_string();
        Self { read: Read { action, organization, status: None }, subject: object.clone(), object }
    }

    /// What the object belongs to, by which its reads are found, too.
    #[must_use]
    pub fn of(mut self, subject: impl ToString) -> Self {
        self.subject = subject.to_string();
        self
    }

    /// The status of the application that is read.
    #[must_use]
    pub const fn in_status(mut self, status: ApplicationStatus) -> Self {
        self.read.status = Some(status);
        self
    }
}

/// The reads of a request so far.
#[derive(Debug, Default)]
pub(super) struct Reads(RefCell<Vec<NewReadEvent>>);

impl Reads {
    /// Adds reads. Refuses all of them if one needs a purpose that is not stated.
    pub(super) fn add(
        &self,
        actor: &Actor,
        stated: Option<&str>,
        looked: impl IntoIterator<Item = Looked>,
    ) -> Result<(), Problem> {
        let stated = stated.map(parse).transpose()?;
        let mut events = self.0.borrow_mut();
        for Looked { read, object, subject } in looked {
            match read_event::judge(actor, &read, stated) {
                Err(read_event::PurposeRequired) => return Err(purpose_required()),
                Ok(Recording::Nothing) => {}
                Ok(Recording::Event(purpose)) => {
                    let (action, organization) = (read.action, read.organization);
                    events.push(NewReadEvent { action, object, subject, organization, purpose });
                }
            }
        }
        Ok(())
    }

    /// Takes the reads to record.
    pub(super) fn take(&self) -> Vec<NewReadEvent> {
        self.0.take()
    }
}

fn parse(text: &str) -> Result<Purpose, Problem> {
    Purpose::parse(text).ok_or_else(|| {
        let text = format!("must be one of {}", words().join(", "));
        Problem::new(Code::malformed_header, format!("Purpose {text}")).errors(vec![FieldError::of(
            "Purpose",
            "unknown_value",
            text,
        )])
    })
}

fn purpose_required() -> Problem {
    Problem::new(Code::purpose_required, "state why you read this in the header Purpose")
        .member("purposes", words())
}

fn words() -> Vec<&'static str> {
    Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect()
}
