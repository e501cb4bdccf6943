DROP INDEX organizations_plan_name_idx;
DROP INDEX user_platform_roles_role_idx;
DROP INDEX user_platform_roles_all_plans_key;
-- Without plans, a role is for all plans. No user gets more rights.
DELETE FROM user_platform_roles WHERE plan IS NOT NULL;
ALTER TABLE user_platform_roles DROP CONSTRAINT user_platform_roles_key;
ALTER TABLE user_platform_roles DROP CONSTRAINT user_platform_roles_operator_check;
ALTER TABLE user_platform_roles DROP COLUMN plan;
ALTER TABLE user_platform_roles ADD CONSTRAINT user_platform_roles_pkey PRIMARY KEY (user_id, role);
