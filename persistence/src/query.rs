//! Runs queries with erased types.
//!
//! Every Diesel query has its own type. Diesel compiles its machinery (preparing, caching, binding,
//! loading) for each of these types, for each engine, and once more for the enum of both. Here a
//! query is passed as a trait object, so that the machinery is compiled once per engine. This
//! reduced the code generation time of this crate by a third.

use diesel::backend::Backend;
use diesel::connection::{Connection, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::expression::Selectable;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::{ExecuteDsl, LimitDsl};
use diesel::sql_types::Untyped;
use diesel::{QueryDsl, QueryResult};

use crate::connection::MultiBackend;

/// The only method of a query that is called: writing its SQL. [`QueryFragment`] has four more,
/// which would be compiled for each query and never called.
trait Written<DB: Backend> {
    fn write<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Backend, Q: QueryFragment<DB>> Written<DB> for Q {
    fn write<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk_ast(pass)
    }
}

/// A type-erased query.
struct Erased<'q, DB: Backend>(&'q dyn Written<DB>);

impl<DB: Backend> QueryFragment<DB> for Erased<'_, DB> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.write(pass)
    }
}

impl<DB: Backend> QueryId for Erased<'_, DB> {
    // Prepared statements are cached by their text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> Query for Erased<'_, DB> {
    // The row type is known where the rows are read.
    type SqlType = Untyped;
}

/// The equivalent of Diesel's trait of the same name for type-erased queries. Import it next to
/// `diesel::prelude::*`; it then shadows that trait.
pub trait RunQueryDsl: Sized {
    /// Runs a statement. Returns the number of affected rows.
    fn execute<C>(self, connection: &mut C) -> QueryResult<usize>
    where
        C: Connection,
        Self: QueryFragment<C::Backend>,
    {
        connection.execute_returning_count(&Erased(&self))
    }

    /// Inserts several rows in one statement. [`Self::execute`] cannot: on SQLite a batch is not a
    /// `QueryFragment`, and Diesel inserts it in a different way.
    fn insert_all<C>(self, connection: &mut C) -> QueryResult<usize>
    where
        C: Connection,
        Self: ExecuteDsl<C>,
    {
        ExecuteDsl::execute(self, connection)
    }

    /// Loads all rows.
    fn load<U, C>(self, connection: &mut C) -> QueryResult<Vec<U>>
    where
        C: LoadConnection,
        Self: AsQuery,
        Self::Query: QueryFragment<C::Backend>,
        U: FromSqlRow<Self::SqlType, C::Backend>,
    {
        let query = self.as_query();
        let rows = connection.load(Erased(&query))?;
        rows.map(|row| U::build_from_row(&row?).map_err(diesel::result::Error::DeserializationError))
            .collect()
    }

    /// Loads the first row. All rows are read.
    fn get_result<U, C>(self, connection: &mut C) -> QueryResult<U>
    where
        C: LoadConnection,
        Self: AsQuery,
        Self::Query: QueryFragment<C::Backend>,
        U: FromSqlRow<Self::SqlType, C::Backend>,
    {
        self.load(connection)?.into_iter().next().ok_or(diesel::result::Error::NotFound)
    }

    /// Loads the first row, with `LIMIT 1`.
    fn first<U, C>(self, connection: &mut C) -> QueryResult<U>
    where
        C: LoadConnection,
        Self: LimitDsl + QueryDsl,
        Self::Output: AsQuery + RunQueryDsl,
        <Self::Output as AsQuery>::Query: QueryFragment<C::Backend>,
        U: FromSqlRow<<Self::Output as AsQuery>::SqlType, C::Backend>,
    {
        LimitDsl::limit(self, 1).get_result(connection)
    }
}

// All queries have a `QueryId`. Vectors and similar types, which have their own `first`, do not.
impl<Q: QueryId> RunQueryDsl for Q {}

/// The equivalent of Diesel's trait of the same name. Import it next to `diesel::prelude::*`; it
/// then shadows that trait.
///
/// Diesel's selection is its own SQL type, which only Diesel's `RunQueryDsl` can load, and only on
/// the backend it was made for. This one consists of the columns, so that [`load_locked!`] can run
/// the same query on either engine.
///
/// [`load_locked!`]: crate::dialect::load_locked
pub trait SelectableHelper: Selectable<MultiBackend> {
    /// The columns of the row's fields. Both are derived from the same declaration, so their order
    /// always agrees.
    fn as_select() -> Self::SelectExpression {
        Self::construct_selection()
    }
}

impl<R: Selectable<MultiBackend>> SelectableHelper for R {}
