//! Documents of applications. Their content is sealed, in a separate table, so that lists do not
//! read it. Removing a document deletes its content but keeps its record.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::document::MediaType;
use portal_domain::applications::document_scan::ScanVerdict;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::{ApplicationId, DocumentId, UserId};

use crate::column::Sql;
pub use crate::database::Documents;
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{document_contents, documents};
use crate::sealed_content::clear_content;

/// A document as stored, without its content.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = documents)]
pub struct Document {
    /// The id.
    pub id: DocumentId,
    /// The application it belongs to.
    #[diesel(column_name = application_id)]
    pub application: ApplicationId,
    /// The document type.
    pub document_type: DocumentType,
    /// The file name, as provided by the uploader.
    pub file_name: String,
    /// The media type.
    pub media_type: MediaType,
    /// The size in bytes.
    pub size: i64,
    /// The SHA-256 hash of its content.
    pub sha256: Vec<u8>,
    /// The user who added it.
    pub uploaded_by: UserId,
    /// The name of the user who added it, at the time.
    pub uploaded_by_name: String,
    /// When it was added.
    pub uploaded_at: Instant,
    /// What the virus scanner found; `None` until it has.
    #[diesel(column_name = scan_verdict)]
    pub verdict: Option<ScanVerdict>,
}

/// A document to add.
#[derive(Clone, Copy, Debug)]
pub struct NewDocument<'a> {
    /// The id.
    pub id: DocumentId,
    /// The application it belongs to.
    pub application: ApplicationId,
    /// The document type.
    pub document_type: DocumentType,
    /// The file name.
    pub file_name: &'a str,
    /// The media type.
    pub media_type: MediaType,
    /// The content.
    pub content: &'a [u8],
    /// The SHA-256 hash of its content.
    pub sha256: &'a [u8],
    /// The id and name of the user who adds it.
    pub uploaded_by: (UserId, &'a str),
}

/// The documents of an application that were not removed.
macro_rules! rows {
    ($application:expr) => {
        documents::table
            .filter(documents::application_id.eq(Sql($application)))
            .filter(documents::removed_at.is_null())
            .select(Document::as_select())
    };
}

pub(crate) const fn place(document: DocumentId) -> Place {
    Place { table: "document_contents", column: "content", row: document.uuid() }
}

impl Documents<'_, '_> {
    /// Adds a document with its content, which is sealed.
    pub fn insert(&mut self, new: &NewDocument<'_>) -> Result<(), StoreError> {
        let keys = self.tx.field_keys;
        let sealed = keys.seal_content(place(new.id), new.content, self.tx.entropy)?;
        diesel::insert_into(documents::table)
            .values((
                documents::id.eq(Sql(new.id)),
                documents::application_id.eq(Sql(new.application)),
                documents::document_type.eq(Sql(new.document_type)),
                documents::file_name.eq(new.file_name),
                documents::media_type.eq(Sql(new.media_type)),
                documents::size.eq(i64::try_from(new.content.len()).unwrap_or(i64::MAX)),
                documents::sha256.eq(new.sha256),
                documents::uploaded_by.eq(Sql(new.uploaded_by.0)),
                documents::uploaded_by_name.eq(new.uploaded_by.1),
                documents::uploaded_at.eq(Sql(self.tx.now)),
                documents::scan_due_at.eq(Sql(self.tx.session_now)),
            ))
            .execute(self.tx.connection)?;
        diesel::insert_into(document_contents::table)
            .values((
                document_contents::document_id.eq(Sql(new.id)),
                document_contents::content.eq(sealed),
                document_contents::sealed_with.eq(Some(i64::from(keys.sealing()))),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// A page of an application's documents, starting after `after`.
    pub fn page(
        &mut self,
        application: ApplicationId,
        after: Option<DocumentId>,
        limit: i64,
    ) -> Result<Page<Document>, StoreError> {
        let mut query = rows!(application).into_boxed();
        if let Some(after) = after {
            query = query.filter(documents::id.gt(Sql(after)));
        }
        let rows = query.order(documents::id).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The distinct types of an application's documents. Infected ones do not count.
    pub fn types_of(&mut self, application: ApplicationId) -> Result<Vec<DocumentType>, StoreError> {
        let infected = documents::scan_verdict.eq(Some(Sql(ScanVerdict::Infected)));
        Ok(documents::table
            .filter(documents::application_id.eq(Sql(application)))
            .filter(documents::removed_at.is_null())
            .filter(documents::scan_verdict.is_null().or(diesel::dsl::not(infected)))
            .select(documents::document_type)
            .distinct()
            .load(self.tx.connection)?)
    }

    /// The number of documents of an application.
    pub fn count(&mut self, application: ApplicationId) -> Result<i64, StoreError> {
        Ok(documents::table
            .filter(documents::application_id.eq(Sql(application)))
            .filter(documents::removed_at.is_null())
            .count()
            .get_result(self.tx.connection)?)
    }

    /// The application's document with this id, unless it was removed.
    pub fn find(
        &mut self,
        application: ApplicationId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        Ok(rows!(application).filter(documents::id.eq(Sql(id))).first(self.tx.connection).optional()?)
    }

    /// The content of a document; `None` after its removal. Fails with [`StoreError::Damaged`] if it
    /// is not what was uploaded. An earlier version stored content in clear: it must have the hash of
    /// the upload.
    pub fn content(&mut self, document: &Document) -> Result<Option<Vec<u8>>, StoreError> {
        let stored: Option<(Vec<u8>, Option<i64>)> = document_contents::table
            .find(Sql(document.id))
            .select((document_contents::content, document_contents::sealed_with))
            .first(self.tx.connection)
            .optional()?;
        let place = place(document.id);
        match stored {
            Some((sealed, Some(_key))) => self.tx.field_keys.open_content(place, sealed).map(Some),
            Some((clear, None)) => clear_content(place, clear, &document.sha256).map(Some),
            None => Ok(None),
        }
    }

    /// Removes a document: deletes its content and records who removed it. Stale if it was already
    /// removed.
    pub fn remove(&mut self, id: DocumentId, by_name: &str) -> Result<(), StoreError> {
        let present =
            documents::table.filter(documents::id.eq(Sql(id))).filter(documents::removed_at.is_null());
        let updated = diesel::update(present)
            .set((
                documents::removed_at.eq(Some(Sql(self.tx.now))),
                documents::removed_by_name.eq(Some(by_name)),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "document")?;
        let content = document_contents::table.filter(document_contents::document_id.eq(Sql(id)));
        let deleted = diesel::delete(content).execute(self.tx.connection)?;
        exactly(1, deleted, "content of the document")
    }
}
