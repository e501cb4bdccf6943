//! Runs queries without their types.
//!
//! Each query of diesel is a type of its own. diesel compiles its machinery (preparing, caching, binding, loading) for each of
//! these types, for each engine, and once more for the enum of both. Here a query is passed on as a trait object, so that the
//! machinery is compiled once for each engine. This took a third off the time that generating this crate's code takes.

use diesel::backend::Backend;
use diesel::connection::{Connection, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::{ExecuteDsl, LimitDsl};
use diesel::sql_types::Untyped;
use diesel::{QueryDsl, QueryResult};

/// The one method of a query that is called: writing its SQL. [`QueryFragment`] itself has four more, which would be compiled for
/// each query and never be called.
trait Written<DB: Backend> {
    fn write<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB: Backend, Q: QueryFragment<DB>> Written<DB> for Q {
    fn write<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.walk_ast(pass)
    }
}

/// A query without its type.
struct Erased<'q, DB: Backend>(&'q dyn Written<DB>);

impl<DB: Backend> QueryFragment<DB> for Erased<'_, DB> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.write(pass)
    }
}

impl<DB: Backend> QueryId for Erased<'_, DB> {
    // Prepared statements are found by their text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> Query for Erased<'_, DB> {
    // What the rows hold is known where they are read.
    type SqlType = Untyped;
}

/// What diesel's trait of this name does, on queries whose type is forgotten. Import it beside `diesel::prelude::*`, of
/// which it then hides that trait.
pub trait RunQueryDsl: Sized {
    /// Runs a statement; gives the number of rows it affected.
    fn execute<C>(self, connection: &mut C) -> QueryResult<usize>
    where
        C: Connection,
        Self: QueryFragment<C::Backend>,
    {
        connection.execute_returning_count(&Erased(&self))
    }

    /// Inserts several rows in one statement. [`Self::execute`] cannot: a batch is no `QueryFragment` on SQLite, where diesel
    /// has a way of its own for it.
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

    /// Loads the only row, or the first one if there are more; all of them are read.
    fn get_result<U, C>(self, connection: &mut C) -> QueryResult<U>
    where
        C: LoadConnection,
        Self: AsQuery,
        Self::Query: QueryFragment<C::Backend>,
        U: FromSqlRow<Self::SqlType, C::Backend>,
    {
        self.load(connection)?.into_iter().next().ok_or(diesel::result::Error::NotFound)
    }

    /// Loads the first row.
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

// Every query is one, and vectors and the like, which have a `first` of their own, are not.
impl<Q: QueryId> RunQueryDsl for Q {}
