//! The saved screens of applications. The tax ID is sealed in the application's row. Data shown in
//! lists is also stored in columns of that row.

use diesel::prelude::*;
use diesel::upsert::excluded;
use portal_domain::applications::screen::{Screen, Screens};
use portal_domain::ground::id::ApplicationId;
use portal_domain::ground::npi::Npi;
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::column::Sql;
use crate::database::Applications;
use crate::dialect::on;
use crate::error::{StoreError, exactly, known};
use crate::field_keys::Place;
use crate::query::RunQueryDsl;
use crate::schema::{application_screens, applications};

impl Applications<'_, '_> {
    /// All saved screens of an application.
    pub fn screens(&mut self, id: ApplicationId) -> Result<Screens, StoreError> {
        let rows: Vec<(String, Value)> = application_screens::table
            .filter(application_screens::application_id.eq(Sql(id)))
            .select((application_screens::screen, application_screens::data))
            .load(self.tx.connection)?;
        let mut screens = Screens::default();
        for (number, data) in rows {
            match known(Screen::parse(&number), "application_screens", "screen", &number)? {
                Screen::BasicInformation => screens.basic_information = Some(read(&number, data)?),
                Screen::Npis => screens.npis = Some(read(&number, data)?),
                Screen::Taxonomies => screens.taxonomies = Some(read(&number, data)?),
                Screen::Licenses => screens.licenses = Some(read(&number, data)?),
                Screen::GroupLinks => screens.group_links = Some(read(&number, data)?),
                // These two screens save nothing.
                Screen::Documents | Screen::Submit => {}
            }
        }
        Ok(screens)
    }

    /// Saves the given screens, each replacing its previous version. The others are unchanged.
    pub fn save_screens(
        &mut self,
        id: ApplicationId,
        screens: &Screens,
        by_name: &str,
    ) -> Result<(), StoreError> {
        let given = [
            screens.basic_information.as_ref().map(|data| (Screen::BasicInformation, written(data))),
            screens.npis.as_ref().map(|data| (Screen::Npis, written(data))),
            screens.taxonomies.as_ref().map(|data| (Screen::Taxonomies, written(data))),
            screens.licenses.as_ref().map(|data| (Screen::Licenses, written(data))),
            screens.group_links.as_ref().map(|data| (Screen::GroupLinks, written(data))),
        ];
        for (screen, data) in given.into_iter().flatten() {
            let values = (
                application_screens::application_id.eq(Sql(id)),
                application_screens::screen.eq(screen.as_str()),
                application_screens::data.eq(Sql(data?)),
                application_screens::saved_at.eq(Sql(self.tx.now)),
                application_screens::saved_by_name.eq(by_name),
            );
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(application_screens::table)
                    .values(values)
                    .on_conflict((application_screens::application_id, application_screens::screen))
                    .do_update()
                    .set((
                        application_screens::data.eq(excluded(application_screens::data)),
                        application_screens::saved_at.eq(excluded(application_screens::saved_at)),
                        application_screens::saved_by_name.eq(excluded(application_screens::saved_by_name)),
                    ))
                    .execute(c)?
            });
        }
        Ok(())
    }

    /// What the screens were filled with from the record on file; `None` if they began empty.
    pub fn filled_with(&mut self, id: ApplicationId) -> Result<Option<Screens>, StoreError> {
        let stored: Option<Option<Value>> = applications::table
            .find(Sql(id))
            .select(applications::filled_with)
            .first(self.tx.connection)
            .optional()?;
        let read = |data| {
            serde_json::from_value(data).map_err(|_error| StoreError::Inconsistent {
                table: "applications",
                column: "filled_with",
                value: "something of another shape".into(),
            })
        };
        stored.flatten().map(read).transpose()
    }

    /// Remembers what the screens were filled with.
    pub fn set_filled_with(&mut self, id: ApplicationId, screens: &Screens) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::filled_with.eq(Some(Sql(written(screens)?))))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Stores the provider's Social Security or tax number, sealed; `None` deletes it.
    pub fn set_tax_id(&mut self, id: ApplicationId, digits: Option<&str>) -> Result<(), StoreError> {
        let keys = self.tx.field_keys;
        let sealed = digits.map(|digits| keys.seal(place(id), digits, self.tx.entropy)).transpose()?;
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::tax_id_sealed.eq(sealed))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// The digits of the provider's Social Security or tax number. Use them only to seal the number
    /// elsewhere.
    pub fn tax_id_digits(&mut self, id: ApplicationId) -> Result<Option<Zeroizing<String>>, StoreError> {
        let sealed: Option<Option<Vec<u8>>> = applications::table
            .find(Sql(id))
            .select(applications::tax_id_sealed)
            .first(self.tx.connection)
            .optional()?;
        sealed.flatten().map(|sealed| self.tx.field_keys.open(place(id), &sealed)).transpose()
    }

    /// The same number, with all but its last four digits masked. For an individual it is a Social
    /// Security number.
    pub fn masked_tax_id(
        &mut self,
        id: ApplicationId,
        category: MedicaidIdCategory,
    ) -> Result<Option<String>, StoreError> {
        let Some(digits) = self.tax_id_digits(id)? else { return Ok(None) };
        Ok(match category {
            MedicaidIdCategory::Individual => Ssn::parse(&digits).ok().map(|ssn| ssn.masked()),
            MedicaidIdCategory::Group | MedicaidIdCategory::Entity => {
                TaxId::stored(&digits).ok().map(|tax_id| tax_id.masked())
            }
        })
    }

    /// Updates the columns that lists show from the given screens: the provider's name, the NPI and
    /// its validity, and the requested effective date. A value that a given screen no longer
    /// contains is cleared, but a name stays until there is another one.
    pub fn set_described(&mut self, id: ApplicationId, given: &Screens) -> Result<(), StoreError> {
        if given.basic_information.is_none() && given.npis.is_none() {
            return Ok(());
        }
        let name = given.display_name();
        let npi = given.npis.as_ref().map(|_| given.primary_npi());
        let date = given.basic_information.as_ref().map(|basic| basic.requested_effective_date);
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set((
                name.map(|name| applications::provider_name.eq(name)),
                npi.map(|npi| applications::npi.eq(npi)),
                npi.map(|npi| applications::npi_valid.eq(npi.is_some_and(|npi| Npi::parse(npi).is_ok()))),
                date.map(|date| applications::requested_effective_date.eq(date)),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }
}

const fn place(id: ApplicationId) -> Place {
    Place { table: "applications", column: "tax_id_sealed", row: id.uuid() }
}

fn read<T: DeserializeOwned>(screen: &str, data: Value) -> Result<T, StoreError> {
    // The error contains the screen's number instead of its content, which is personal data.
    serde_json::from_value(data).map_err(|_error| unreadable(screen))
}

fn written(data: &impl Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(data).map_err(|_error| unreadable("a screen"))
}

fn unreadable(screen: &str) -> StoreError {
    StoreError::Inconsistent { table: "application_screens", column: "data", value: screen.to_owned() }
}
