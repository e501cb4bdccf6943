-- A platform role for one plan; without a plan, for all plans. Roles that users have stay for all
-- plans. SQLite cannot change a primary key, so the table is made anew. No other table refers to it.
CREATE TABLE new_user_platform_roles (
    user_id BLOB NOT NULL CONSTRAINT user_platform_roles_user_fkey REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT user_platform_roles_role_check CHECK (role IN ('plan_staff', 'dms_reviewer', 'support', 'operator')),
    plan TEXT CONSTRAINT user_platform_roles_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    CONSTRAINT user_platform_roles_operator_check CHECK (role <> 'operator' OR plan IS NULL),
    CONSTRAINT user_platform_roles_key UNIQUE (user_id, role, plan)
) STRICT;
INSERT INTO new_user_platform_roles (user_id, role) SELECT user_id, role FROM user_platform_roles;
DROP TABLE user_platform_roles;
ALTER TABLE new_user_platform_roles RENAME TO user_platform_roles;
CREATE UNIQUE INDEX user_platform_roles_all_plans_key ON user_platform_roles (user_id, role) WHERE plan IS NULL;
CREATE INDEX user_platform_roles_role_idx ON user_platform_roles (role, plan, user_id);
CREATE INDEX organizations_plan_name_idx ON organizations (plan, name_key, id);
