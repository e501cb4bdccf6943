//! The tables, the same on both engines. Column types are [`crate::column`]'s where the engines differ.
//!
//! Written by hand; `tests/it/migrations.rs` holds it equal to what the migrations make.

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    organizations (id) {
        id -> SqlId,
        name -> Text,
        name_key -> Text,
        kind -> SqlName,
        plan -> SqlName,
        tax_id_sealed -> Nullable<Binary>,
        tax_id_index -> Nullable<Binary>,
        version -> BigInt,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    users (id) {
        id -> SqlId,
        email -> Text,
        email_key -> Text,
        first_name -> Text,
        last_name -> Text,
        password_hash -> Nullable<Text>,
        lock_reason -> Nullable<SqlName>,
        locked_at -> Nullable<SqlTime>,
        disabled_at -> Nullable<SqlTime>,
        last_login_at -> Nullable<SqlTime>,
        version -> BigInt,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName};

    user_platform_roles (user_id, role) {
        user_id -> SqlId,
        role -> SqlName,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    memberships (id) {
        id -> SqlId,
        organization_id -> SqlId,
        user_id -> SqlId,
        status -> SqlName,
        verified -> Bool,
        version -> BigInt,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    membership_rights (membership_id, kind, name) {
        membership_id -> SqlId,
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    sessions (id) {
        id -> SqlId,
        user_id -> SqlId,
        started_at -> SqlTime,
        last_seen_at -> SqlTime,
        ended_at -> Nullable<SqlTime>,
        end_reason -> Nullable<SqlName>,
        generation -> BigInt,
        seen_generation -> BigInt,
        device -> Text,
        ip_address -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    refresh_tokens (session_id, generation) {
        session_id -> SqlId,
        generation -> BigInt,
        token_hash -> Binary,
        issued_at -> SqlTime,
        used_at -> Nullable<SqlTime>,
        withdrawn_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    medicaid_ids (id) {
        id -> SqlId,
        medicaid_id -> Text,
        category -> SqlName,
        provider_type -> Text,
        status -> SqlName,
        name -> Text,
        npi -> Nullable<Text>,
        ssn_sealed -> Nullable<Binary>,
        ssn_index -> Nullable<Binary>,
        owning_organization_id -> Nullable<SqlId>,
        effective_date -> Nullable<Date>,
        end_date -> Nullable<Date>,
        version -> BigInt,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    applications (id) {
        id -> SqlId,
        organization_id -> SqlId,
        application_type -> SqlName,
        application_number -> Text,
        status -> SqlName,
        medicaid_id -> Nullable<Text>,
        provider_name -> Text,
        provider_type_code -> Text,
        provider_type_label -> Text,
        npi -> Nullable<Text>,
        npi_valid -> Bool,
        date_of_initiation -> Date,
        initiated_by -> SqlId,
        assigned_to -> SqlId,
        last_activity_at -> SqlTime,
        version -> BigInt,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    reassignments (id) {
        id -> SqlId,
        organization_id -> SqlId,
        from_membership_id -> SqlId,
        to_membership_id -> SqlId,
        created_by -> SqlId,
        moved -> BigInt,
        created_at -> SqlTime,
        revertible_until -> SqlTime,
        reverts -> Nullable<SqlId>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    reassignment_items (reassignment_id, application_id) {
        reassignment_id -> SqlId,
        application_id -> SqlId,
        version_after -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    application_history (id) {
        id -> SqlId,
        application_id -> SqlId,
        occurred_at -> SqlTime,
        actor_user_id -> Nullable<SqlId>,
        actor_name -> Text,
        action -> SqlName,
        from_agent -> Nullable<Text>,
        to_agent -> Nullable<Text>,
        reassignment_id -> Nullable<SqlId>,
        version_after -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    notifications (id) {
        id -> SqlId,
        recipient_user_id -> SqlId,
        organization_id -> SqlId,
        application_id -> Nullable<SqlId>,
        reassignment_id -> Nullable<SqlId>,
        kind -> SqlName,
        text -> Text,
        created_at -> SqlTime,
        read_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    audit_heads (chain) {
        chain -> Text,
        sequence -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

    audit_events (id) {
        id -> SqlId,
        chain -> Text,
        sequence -> BigInt,
        organization_id -> Nullable<SqlId>,
        occurred_at -> SqlTime,
        actor_user_id -> Nullable<SqlId>,
        actor_name -> Text,
        request_id -> Text,
        action -> SqlName,
        object -> Text,
        details -> SqlJson,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlTime};

    idempotency_keys (user_id, route, key) {
        user_id -> SqlId,
        route -> Text,
        key -> Text,
        request_digest -> Binary,
        status -> BigInt,
        headers -> SqlJson,
        body -> Binary,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

    providers (id) {
        id -> SqlId,
        npi -> Text,
        entity -> SqlName,
        display_name -> Text,
        first_name -> Nullable<Text>,
        middle_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        credential -> Nullable<Text>,
        organization_name -> Nullable<Text>,
        other_names -> SqlJson,
        enumeration_date -> Nullable<Date>,
        registry_updated_on -> Nullable<Date>,
        active -> Bool,
        digest -> Binary,
        version -> BigInt,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    provider_taxonomies (provider_id, position) {
        provider_id -> SqlId,
        position -> BigInt,
        code -> Text,
        description -> Text,
        is_primary -> Bool,
        state -> Text,
        license -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName};

    provider_addresses (provider_id, position) {
        provider_id -> SqlId,
        position -> BigInt,
        purpose -> SqlName,
        line1 -> Text,
        line2 -> Text,
        city -> Text,
        state -> Text,
        postal_code -> Text,
        country -> Text,
        telephone -> Text,
        fax -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    provider_identifiers (provider_id, position) {
        provider_id -> SqlId,
        position -> BigInt,
        code -> Text,
        description -> Text,
        identifier -> Text,
        state -> Text,
        issuer -> Text,
    }
}

diesel::joinable!(user_platform_roles -> users (user_id));
diesel::joinable!(memberships -> organizations (organization_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(membership_rights -> memberships (membership_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(medicaid_ids -> organizations (owning_organization_id));
diesel::joinable!(applications -> organizations (organization_id));
diesel::joinable!(applications -> users (initiated_by));
diesel::joinable!(applications -> memberships (assigned_to));
diesel::joinable!(reassignments -> organizations (organization_id));
diesel::joinable!(reassignments -> users (created_by));
diesel::joinable!(reassignment_items -> reassignments (reassignment_id));
diesel::joinable!(reassignment_items -> applications (application_id));
diesel::joinable!(application_history -> applications (application_id));
diesel::joinable!(application_history -> users (actor_user_id));
diesel::joinable!(application_history -> reassignments (reassignment_id));
diesel::joinable!(notifications -> users (recipient_user_id));
diesel::joinable!(notifications -> organizations (organization_id));
diesel::joinable!(notifications -> applications (application_id));
diesel::joinable!(notifications -> reassignments (reassignment_id));
diesel::joinable!(audit_events -> organizations (organization_id));
diesel::joinable!(audit_events -> users (actor_user_id));
diesel::joinable!(idempotency_keys -> users (user_id));
diesel::joinable!(provider_taxonomies -> providers (provider_id));
diesel::joinable!(provider_addresses -> providers (provider_id));
diesel::joinable!(provider_identifiers -> providers (provider_id));

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    users,
    user_platform_roles,
    memberships,
    membership_rights,
    sessions,
    refresh_tokens,
    medicaid_ids,
    applications,
    reassignments,
    reassignment_items,
    application_history,
    notifications,
    audit_heads,
    audit_events,
    idempotency_keys,
    providers,
    provider_taxonomies,
    provider_addresses,
    provider_identifiers,
);
