-- A platform role for one plan; without a plan, for all plans. Roles that users have stay for all
-- plans.
ALTER TABLE user_platform_roles DROP CONSTRAINT user_platform_roles_pkey;
ALTER TABLE user_platform_roles ADD COLUMN plan text CONSTRAINT user_platform_roles_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc'));
ALTER TABLE user_platform_roles ADD CONSTRAINT user_platform_roles_operator_check CHECK (role <> 'operator' OR plan IS NULL);
ALTER TABLE user_platform_roles ADD CONSTRAINT user_platform_roles_key UNIQUE (user_id, role, plan);
CREATE UNIQUE INDEX user_platform_roles_all_plans_key ON user_platform_roles (user_id, role) WHERE plan IS NULL;
CREATE INDEX user_platform_roles_role_idx ON user_platform_roles (role, plan, user_id);
CREATE INDEX organizations_plan_name_idx ON organizations (plan, name_key, id);
