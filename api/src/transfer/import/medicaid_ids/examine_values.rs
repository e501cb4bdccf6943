//! Validates the single values of a row: names, NPIs, addresses, tax identifiers, and links.

use portal_domain::ground::calendar::local_date;
use portal_domain::ground::email::EmailAddress;
use portal_domain::medicaid::agent_access::LinkSpan;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::Zip;
use portal_domain::platform::plan::PlanProfile;

use super::examine::*;
use super::read::{Draft, Secret};

impl<'k> Examiner<'k> {
    pub(super) fn name(&mut self, draft: &Draft) {
        if let Some(objection) = draft.name.name_objection(NAME_MAX) {
            self.violation(draft, "name", &objection);
        }
    }

    pub(super) fn npi(&mut self, draft: &Draft) -> Option<String> {
        if let Some(objection) = draft.npi.objection(NPI_MAX) {
            self.violation(draft, "npi", &objection);
        }
        draft.npi.some()
    }

    pub(super) fn email(&mut self, draft: &Draft) -> Option<String> {
        let email = draft.email.some()?;
        if EmailAddress::parse(&email).is_err() {
            self.violation(draft, "email", "must be an e-mail address");
        }
        Some(email)
    }

    /// The address; `None` if all its cells are empty. An incomplete address is a violation.
    pub(super) fn address(&mut self, draft: &Draft) -> Option<PostalAddress> {
        let [line1, line2, city, state, zip] = &draft.address;
        if draft.address.iter().all(|words| words.plain().is_empty()) {
            return None;
        }
        for (column, words) in [("address_line1", line1), ("address_line2", line2), ("city", city)] {
            if let Some(objection) = words.objection(NAME_MAX) {
                self.violation(draft, column, &objection);
            }
        }
        for (column, words) in [("address_line1", line1), ("city", city)] {
            if words.plain().is_empty() {
                self.violation(draft, column, "is missing in the address");
            }
        }
        let state = state.plain();
        if !(state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_uppercase())) {
            self.violation(draft, "state", "must be two capital letters");
        }
        if Zip::parse(zip.plain()).is_err() {
            self.violation(draft, "zip", "must be five digits, or nine");
        }
        Some(PostalAddress {
            line1: line1.plain().to_owned(),
            line2: line2.some(),
            city: city.plain().to_owned(),
            state: state.to_owned(),
            zip: zip.plain().to_owned(),
        })
    }

    /// A number of which none is on file. A masked number is a violation.
    pub(super) fn new_secret<T: Clone>(
        &mut self,
        draft: &Draft,
        column: &str,
        secret: &Secret<T>,
    ) -> Option<T> {
        match secret {
            Secret::Absent => None,
            Secret::Given(number) => Some(number.clone()),
            Secret::Masked(_) => {
                self.violation(draft, column, "is masked, and there is none on file");
                None
            }
        }
    }

    /// A number to store if none is on file. A number on file cannot change, so the row must have
    /// the same number, masked or not.
    pub(super) fn known_secret<T: Clone + PartialEq>(
        &mut self,
        draft: &Draft,
        column: &str,
        secret: &Secret<T>,
        on_file: Option<(&T, String)>,
    ) -> Option<T> {
        let Some((number, masked)) = on_file else { return self.new_secret(draft, column, secret) };
        let same = match secret {
            Secret::Absent => false,
            Secret::Masked(given) => *given == masked,
            Secret::Given(given) => given == number,
        };
        if !same {
            self.violation(draft, column, FIXED);
        }
        None
    }

    pub(super) fn only_individuals_have_ssns(&mut self, draft: &Draft) {
        if draft.category != MedicaidIdCategory::Individual && !matches!(draft.ssn, Secret::Absent) {
            self.violation(draft, "ssn", "belongs to individuals only");
        }
    }

    /// Checks the owner. Owners need no granted access, so only an individual provider can own an
    /// individual's Medicaid ID.
    pub(super) fn owner(&mut self, draft: &Draft) {
        let Some(id) = draft.owning_organization else { return };
        let Some((code, kind)) = self.known.organizations.get(&id).copied() else { return };
        let has_medicaid_ids = self.portal.plans.get(code).is_some_and(|plan| plan.credentialing.is_some());
        if !has_medicaid_ids {
            self.violation(draft, "owning_organization_id", "its plan has no Medicaid IDs");
        } else if draft.category == MedicaidIdCategory::Individual
            && kind != OrganizationKind::IndividualProvider
        {
            let what =
                "an individual's Medicaid ID is linked to a group by group_medicaid_ids, and not owned by it";
            self.violation(draft, "owning_organization_id", what);
        }
    }

    /// The links to create. The row must have all links that are on file and have not ended.
    pub(super) fn links(&mut self, draft: &Draft, plan: &PlanProfile, on_file: &[LinkSpan]) -> Vec<NewLink> {
        const COLUMN: &str = "group_medicaid_ids";
        let going_on = |group: &str| {
            on_file.iter().find(|link| link.group_medicaid_id == group && link.end_date.is_none())
        };
        let named = |link: &LinkSpan| draft.links.iter().any(|given| given.group == link.group_medicaid_id);
        if on_file.iter().any(|link| link.end_date.is_none() && !named(link)) {
            self.violation(draft, COLUMN, "lacks a link that is on file; a link is ended by a Maintenance");
        }
        let mut new = Vec::new();
        for given in &draft.links {
            if let Some(link) = going_on(&given.group) {
                if given.begin.is_some_and(|begin| begin != link.effective_date) {
                    self.violation(draft, COLUMN, FIXED);
                }
                continue;
            }
            let begin = given.begin.or(draft.effective_date);
            let effective_date = begin.unwrap_or_else(|| local_date(self.now, plan.time_zone));
            let known = self.known.medicaid_ids.get(&given.group);
            let is_group = match known {
                Some(record) => record.category == MedicaidIdCategory::Group,
                None => self.groups.contains(given.group.as_str()),
            };
            let overlaps = on_file.iter().any(|link| {
                link.group_medicaid_id == given.group
                    && link.end_date.is_some_and(|end| effective_date <= end)
            });
            if draft.category != MedicaidIdCategory::Individual {
                self.violation(draft, COLUMN, "only individuals are linked to groups");
            } else if !is_group {
                self.violation(draft, COLUMN, "names a group that is neither on file nor in this file");
            } else if overlaps {
                self.violation(draft, COLUMN, "begins before an earlier link to the same group has ended");
            } else {
                let (individual, group) = (draft.medicaid_id.clone(), given.group.clone());
                new.push(NewLink { individual, group, effective_date });
            }
        }
        new
    }
}
