//! Sequential numbers, on both engines.

use diesel::prelude::*;

use crate::database::Tx;
use crate::dialect::on;
use crate::error::StoreError;
use crate::query::RunQueryDsl;
use crate::schema::{applications, medicaid_ids, number_sequences};

const APPLICATION_NUMBER: &str = "application_number";
const MEDICAID_ID: &str = "medicaid_id";

/// The increments for finding a free number: 1 at first, then doubling after a few taken numbers.
/// Otherwise the first number after a large import would be searched for one by one.
#[derive(Default)]
struct Strides {
    taken: u32,
}

impl Strides {
    const ONE_BY_ONE: u32 = 4;

    fn next(&mut self) -> i64 {
        let doublings = self.taken.saturating_sub(Self::ONE_BY_ONE).min(30);
        self.taken += 1;
        1 << doublings
    }
}

impl Tx<'_> {
    /// The next application number: `APP` and at least four digits. Numbers that are already taken,
    /// for example by an import, are skipped.
    pub fn next_application_number(&mut self) -> Result<String, StoreError> {
        let mut strides = Strides::default();
        loop {
            let number = format!("APP{:04}", self.next_number(APPLICATION_NUMBER, strides.next())?);
            let taken: i64 = applications::table
                .filter(applications::application_number.eq(&number))
                .count()
                .get_result(self.connection)?;
            if taken == 0 {
                return Ok(number);
            }
        }
    }

    /// The next Medicaid ID to issue: `prefix`, padded with a sequence number to `digits` digits.
    /// Numbers on file are skipped.
    pub fn next_medicaid_id(&mut self, prefix: &str, digits: usize) -> Result<String, StoreError> {
        let width = digits.saturating_sub(prefix.len());
        let mut strides = Strides::default();
        loop {
            let medicaid_id = format!("{prefix}{:0width$}", self.next_number(MEDICAID_ID, strides.next())?);
            let taken: i64 = medicaid_ids::table
                .filter(medicaid_ids::medicaid_id.eq(&medicaid_id))
                .count()
                .get_result(self.connection)?;
            if taken == 0 {
                return Ok(medicaid_id);
            }
        }
    }

    /// Advances the sequence by `stride`. The row stays locked until the transaction ends. Take
    /// every lock that another transaction might hold before this one.
    fn next_number(&mut self, name: &str, stride: i64) -> Result<i64, StoreError> {
        on!(&mut *self.connection, c => {
            diesel::insert_into(number_sequences::table)
                .values((number_sequences::name.eq(name), number_sequences::next.eq(1)))
                .on_conflict_do_nothing()
                .execute(c)?
        });
        let sequence = number_sequences::table.filter(number_sequences::name.eq(name));
        diesel::update(sequence)
            .set(number_sequences::next.eq(number_sequences::next + stride))
            .execute(self.connection)?;
        let next: i64 = sequence.select(number_sequences::next).first(self.connection)?;
        Ok(next - 1)
    }
}
