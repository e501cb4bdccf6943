DROP INDEX organizations_plan_name_idx;
CREATE TABLE new_user_platform_roles (
    user_id BLOB NOT NULL CONSTRAINT user_platform_roles_user_fkey REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT user_platform_roles_role_check CHECK (role IN ('plan_staff', 'dms_reviewer', 'support', 'operator')),
    CONSTRAINT user_platform_roles_pkey PRIMARY KEY (user_id, role)
) STRICT;
-- Without plans, a role is for all plans. No user gets more rights.
INSERT INTO new_user_platform_roles (user_id, role) SELECT user_id, role FROM user_platform_roles WHERE plan IS NULL;
DROP TABLE user_platform_roles;
ALTER TABLE new_user_platform_roles RENAME TO user_platform_roles;
