-- The latest warning of the current inactivity: its threshold in days, and when it was recorded.
-- Nothing is withdrawn for inactivity without it.
ALTER TABLE applications ADD COLUMN warned_of_days bigint;
ALTER TABLE applications ADD COLUMN warned_at timestamptz;
UPDATE applications SET
    warned_of_days = (
        SELECT max(threshold_days) FROM notifications
        WHERE application_id = applications.id AND kind = 'auto_withdrawal_warning'
            AND resolved_at IS NULL AND created_at > applications.last_activity_at),
    warned_at = (
        SELECT min(created_at) FROM notifications
        WHERE application_id = applications.id AND kind = 'auto_withdrawal_warning'
            AND resolved_at IS NULL AND created_at > applications.last_activity_at
            AND threshold_days = (
                SELECT max(latest.threshold_days) FROM notifications AS latest
                WHERE latest.application_id = applications.id AND latest.kind = 'auto_withdrawal_warning'
                    AND latest.resolved_at IS NULL AND latest.created_at > applications.last_activity_at))
    WHERE status IN ('in_progress', 'returned_to_provider');
