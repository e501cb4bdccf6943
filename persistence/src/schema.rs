//! The tables, identical on both engines. Where the engines differ, the column types come from
//! [`crate::column`].
//!
//! Written by hand. `tests/it/ground/migrations.rs` verifies that it matches the migrations.

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
        telephone -> Nullable<Text>,
        name_key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlName, SqlTime};

    instance (id) {
        id -> Integer,
        kind -> SqlName,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName};

    user_platform_roles (user_id, role) {
        user_id -> SqlId,
        role -> SqlName,
        plan -> Nullable<SqlName>,
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
        enabled_at -> Nullable<SqlTime>,
        activated_at -> Nullable<SqlTime>,
        disabled_reason -> Nullable<SqlName>,
        given_first_name -> Nullable<Text>,
        given_last_name -> Nullable<Text>,
        given_telephone -> Nullable<Text>,
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
        second_factor_at -> Nullable<SqlTime>,
        active_membership_id -> Nullable<SqlId>,
        password_at -> Nullable<SqlTime>,
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
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

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
        email -> Nullable<Text>,
        primary_physical_address -> Nullable<SqlJson>,
        revalidation_due_on -> Nullable<Date>,
        fein_sealed -> Nullable<Binary>,
        fein_index -> Nullable<Binary>,
        telephone -> Nullable<Text>,
        taxonomies -> Nullable<SqlJson>,
        licenses -> Nullable<SqlJson>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

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
        category -> SqlName,
        requested_effective_date -> Nullable<Date>,
        tax_id_sealed -> Nullable<Binary>,
        submitted_at -> Nullable<SqlTime>,
        decided_at -> Nullable<SqlTime>,
        department_reason -> Nullable<Text>,
        withdrawal_kind -> Nullable<SqlName>,
        withdrawn_at -> Nullable<SqlTime>,
        withdrawn_by_name -> Nullable<Text>,
        withdrawal_reason -> Nullable<Text>,
        status_before_withdrawal -> Nullable<SqlName>,
        reassignment_id -> Nullable<SqlId>,
        warned_of_days -> Nullable<BigInt>,
        warned_at -> Nullable<SqlTime>,
        filled_with -> Nullable<SqlJson>,
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
        detail -> Nullable<Text>,
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
        recipient_name -> Text,
        channel -> SqlName,
        threshold_days -> Nullable<BigInt>,
        first_seen_at -> Nullable<SqlTime>,
        resolved_at -> Nullable<SqlTime>,
        dedupe_key -> Nullable<Text>,
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
    use crate::column::{SqlId, SqlName, SqlTime};

    read_events (id) {
        id -> SqlId,
        occurred_at -> SqlTime,
        user_id -> Nullable<SqlId>,
        user_name -> Text,
        session_id -> Nullable<SqlId>,
        client_address -> Text,
        request_id -> Text,
        action -> SqlName,
        object -> Text,
        subject -> Text,
        organization_id -> Nullable<SqlId>,
        purpose -> Nullable<SqlName>,
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

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    member_history (id) {
        id -> SqlId,
        membership_id -> SqlId,
        number -> BigInt,
        action -> SqlName,
        occurred_at -> SqlTime,
        actor_user_id -> Nullable<SqlId>,
        actor_email -> Text,
        comment -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

    invitations (id) {
        id -> SqlId,
        organization_id -> SqlId,
        email -> Text,
        email_key -> Text,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        role -> SqlName,
        permissions -> SqlJson,
        status -> SqlName,
        created_by -> SqlId,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        settled_at -> Nullable<SqlTime>,
        accepted_by -> Nullable<SqlId>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    one_time_tokens (purpose, token_hash) {
        purpose -> SqlName,
        token_hash -> Binary,
        user_id -> Nullable<SqlId>,
        membership_id -> Nullable<SqlId>,
        invitation_id -> Nullable<SqlId>,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        consumed_at -> Nullable<SqlTime>,
        superseded_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

    invite_list_entries (id) {
        id -> SqlId,
        organization_id -> SqlId,
        created_by -> SqlId,
        email -> Text,
        email_key -> Text,
        first_name -> Text,
        last_name -> Text,
        zip -> Text,
        role -> SqlName,
        permissions -> SqlJson,
        failure -> Nullable<Text>,
        created_at -> SqlTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    self_service_requests (id) {
        id -> SqlId,
        kind -> SqlName,
        content_sealed -> Binary,
        created_at -> SqlTime,
        attempts -> BigInt,
        not_before -> SqlTime,
        set_aside_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    outbox_mails (id) {
        id -> SqlId,
        dedupe_key -> Text,
        template -> SqlName,
        recipient -> Text,
        organization_id -> Nullable<SqlId>,
        content_sealed -> Nullable<Binary>,
        status -> SqlName,
        not_before -> SqlTime,
        attempts -> BigInt,
        claimed_until -> Nullable<SqlTime>,
        claim_id -> Nullable<SqlId>,
        last_error -> Nullable<Text>,
        created_at -> SqlTime,
        settled_at -> Nullable<SqlTime>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    mfa_methods (id) {
        id -> SqlId,
        user_id -> SqlId,
        kind -> SqlName,
        secret_sealed -> Binary,
        registered_at -> Nullable<SqlTime>,
        last_step -> BigInt,
        created_at -> SqlTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    recovery_codes (user_id, code_hash) {
        user_id -> SqlId,
        code_hash -> Binary,
        created_at -> SqlTime,
        used_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    mfa_challenges (token_hash) {
        token_hash -> Binary,
        user_id -> SqlId,
        attempts -> BigInt,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        consumed_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlTime;

    attempt_counters (subject) {
        subject -> Text,
        failures -> BigInt,
        last_failed_at -> SqlTime,
        locked_until -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    trusted_devices (token_hash) {
        token_hash -> Binary,
        user_id -> SqlId,
        created_at -> SqlTime,
        last_used_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    provider_records (id) {
        id -> SqlId,
        plan -> SqlName,
        provider_id -> Text,
        provider_id_key -> Text,
        provider_type -> SqlName,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        group_name -> Nullable<Text>,
        tax_id_sealed -> Binary,
        tax_id_index -> Binary,
        organization_id -> Nullable<SqlId>,
        created_at -> SqlTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName};

    provider_record_addresses (provider_record_id, position) {
        provider_record_id -> SqlId,
        position -> BigInt,
        kind -> SqlName,
        zip -> Text,
        on_letter -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    provider_associations (id) {
        id -> SqlId,
        user_id -> SqlId,
        provider_record_id -> SqlId,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        consumed_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    association_confirmations (association_id) {
        association_id -> SqlId,
        membership_id -> Nullable<SqlId>,
        cause -> SqlName,
        status -> SqlName,
        requested_at -> SqlTime,
        decided_at -> Nullable<SqlTime>,
        decided_by -> Nullable<SqlId>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    agreement_acceptances (organization_id, user_id, agreement_version) {
        organization_id -> SqlId,
        user_id -> SqlId,
        agreement_version -> Text,
        accepted_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    access_requests (id) {
        id -> SqlId,
        organization_id -> SqlId,
        user_id -> SqlId,
        message -> Nullable<Text>,
        status -> SqlName,
        created_at -> SqlTime,
        answered_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    job_leases (name) {
        name -> Text,
        holder -> SqlId,
        term -> BigInt,
        expires_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlName, SqlTime};

    job_runs (id) {
        id -> SqlId,
        name -> SqlName,
        trigger -> SqlName,
        dry_run -> Bool,
        started_at -> SqlTime,
        finished_at -> Nullable<SqlTime>,
        outcome -> SqlJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    medicaid_id_npis (medicaid_id_id, npi) {
        medicaid_id_id -> SqlId,
        npi -> Text,
        is_primary -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    group_links (medicaid_id_id, group_medicaid_id_id, effective_date) {
        medicaid_id_id -> SqlId,
        group_medicaid_id_id -> SqlId,
        effective_date -> Date,
        end_date -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    agent_access (organization_id, medicaid_id_id) {
        organization_id -> SqlId,
        medicaid_id_id -> SqlId,
        state -> SqlName,
        changed_by -> Nullable<SqlId>,
        changed_by_name -> Text,
        changed_at -> SqlTime,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlJson, SqlTime};

    application_screens (application_id, screen) {
        application_id -> SqlId,
        screen -> Text,
        data -> SqlJson,
        saved_at -> SqlTime,
        saved_by_name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    number_sequences (name) {
        name -> Text,
        next -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    documents (id) {
        id -> SqlId,
        application_id -> SqlId,
        document_type -> SqlName,
        file_name -> Text,
        media_type -> SqlName,
        size -> BigInt,
        sha256 -> Binary,
        uploaded_by -> SqlId,
        uploaded_by_name -> Text,
        uploaded_at -> SqlTime,
        removed_at -> Nullable<SqlTime>,
        removed_by_name -> Nullable<Text>,
        scan_verdict -> Nullable<SqlName>,
        scan_finding -> Nullable<Text>,
        scan_due_at -> SqlTime,
        scan_attempts -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::SqlId;

    document_contents (document_id) {
        document_id -> SqlId,
        content -> Binary,
        sealed_with -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlName, SqlTime};

    correspondence (id) {
        id -> SqlId,
        organization_id -> SqlId,
        application_id -> SqlId,
        medicaid_id_id -> Nullable<SqlId>,
        direction -> SqlName,
        subject -> Text,
        body -> Text,
        sent_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    calendar_feeds (id) {
        id -> SqlId,
        organization_id -> SqlId,
        name -> Text,
        token_hash -> Binary,
        created_by -> SqlId,
        created_by_name -> Text,
        created_at -> SqlTime,
        revoked_at -> Nullable<SqlTime>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    link_consents (id) {
        id -> SqlId,
        organization_id -> SqlId,
        medicaid_id_id -> SqlId,
        group_medicaid_id -> Text,
        given_by -> SqlId,
        given_by_name -> Text,
        given_at -> SqlTime,
        revoked_at -> Nullable<SqlTime>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::column::{SqlId, SqlTime};

    caller_verifications (id) {
        id -> SqlId,
        staff_user_id -> SqlId,
        medicaid_id_id -> Nullable<SqlId>,
        verified -> Bool,
        verified_at -> SqlTime,
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
diesel::joinable!(read_events -> organizations (organization_id));
diesel::joinable!(read_events -> users (user_id));
diesel::joinable!(idempotency_keys -> users (user_id));
diesel::joinable!(provider_taxonomies -> providers (provider_id));
diesel::joinable!(provider_addresses -> providers (provider_id));
diesel::joinable!(provider_identifiers -> providers (provider_id));

diesel::joinable!(member_history -> memberships (membership_id));
diesel::joinable!(invitations -> organizations (organization_id));
diesel::joinable!(invitations -> users (created_by));
diesel::joinable!(one_time_tokens -> users (user_id));
diesel::joinable!(one_time_tokens -> memberships (membership_id));
diesel::joinable!(one_time_tokens -> invitations (invitation_id));
diesel::joinable!(invite_list_entries -> organizations (organization_id));
diesel::joinable!(mfa_methods -> users (user_id));
diesel::joinable!(provider_record_addresses -> provider_records (provider_record_id));
diesel::joinable!(provider_records -> organizations (organization_id));
diesel::joinable!(provider_associations -> provider_records (provider_record_id));
diesel::joinable!(provider_associations -> users (user_id));
diesel::joinable!(association_confirmations -> provider_associations (association_id));
diesel::joinable!(association_confirmations -> memberships (membership_id));
diesel::joinable!(access_requests -> organizations (organization_id));
diesel::joinable!(access_requests -> users (user_id));

diesel::joinable!(agent_access -> medicaid_ids (medicaid_id_id));
diesel::joinable!(agent_access -> organizations (organization_id));
diesel::joinable!(application_screens -> applications (application_id));
diesel::joinable!(documents -> applications (application_id));
diesel::joinable!(document_contents -> documents (document_id));
diesel::joinable!(correspondence -> organizations (organization_id));
diesel::joinable!(correspondence -> applications (application_id));
diesel::joinable!(correspondence -> medicaid_ids (medicaid_id_id));
diesel::joinable!(calendar_feeds -> organizations (organization_id));
diesel::joinable!(caller_verifications -> users (staff_user_id));
diesel::joinable!(link_consents -> medicaid_ids (medicaid_id_id));
diesel::joinable!(link_consents -> organizations (organization_id));
diesel::joinable!(medicaid_id_npis -> medicaid_ids (medicaid_id_id));
diesel::joinable!(applications -> reassignments (reassignment_id));

diesel::allow_tables_to_appear_in_same_query!(
    agent_access,
    application_screens,
    calendar_feeds,
    caller_verifications,
    correspondence,
    document_contents,
    documents,
    group_links,
    link_consents,
    medicaid_id_npis,
    number_sequences,
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
    read_events,
    idempotency_keys,
    providers,
    provider_taxonomies,
    provider_addresses,
    provider_identifiers,
    member_history,
    invitations,
    one_time_tokens,
    invite_list_entries,
    self_service_requests,
    outbox_mails,
    mfa_methods,
    recovery_codes,
    mfa_challenges,
    attempt_counters,
    trusted_devices,
    provider_records,
    provider_record_addresses,
    provider_associations,
    association_confirmations,
    agreement_acceptances,
    access_requests,
    job_leases,
    job_runs,
);
