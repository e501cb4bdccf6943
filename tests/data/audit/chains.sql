-- A SQLite database as commit e547c42 wrote it, before the source was arranged in areas: the
-- demonstration data, twelve sign-ins, warnings, an automatic withdrawal, and self-service requests.
-- tests/it/platform/audit_chains.rs verifies that its audit chains are still intact.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __diesel_schema_migrations VALUES('20261122000001','2026-11-30 19:27:30');
INSERT INTO __diesel_schema_migrations VALUES('20261122000002','2026-11-30 19:27:30');
INSERT INTO __diesel_schema_migrations VALUES('20261122000003','2026-11-30 19:27:30');
CREATE TABLE organizations (
    id BLOB NOT NULL CONSTRAINT organizations_pkey PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT organizations_kind_check CHECK (kind IN ('provider_group', 'entity', 'individual_provider', 'third_party_credentialing', 'provider_account', 'tin_practice')),
    plan TEXT NOT NULL CONSTRAINT organizations_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    tax_id_sealed BLOB,
    tax_id_index BLOB,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT organizations_plan_tax_id_key UNIQUE (plan, tax_id_index)
) STRICT;
INSERT INTO organizations VALUES(X'01a22ded378174e0ae0d9b0d3471bff0','Bluegrass Family Health Group','bluegrass family health group','provider_group','ky',X'010000000194839125269d63d0f4582d7aa7e29cd06ed1650e1dee0f42e61f687f9c21477123a99c89cc45d8ac7850b723051f968835',X'56730284578a68416b5e485a51216489',1,1796066850689258);
INSERT INTO organizations VALUES(X'01a22ded37817e96859745a1d8476d22','Riverbend Pediatrics','riverbend pediatrics','tin_practice','lhcc',X'0100000001627a116571852182648e798d0c01fae5649f56343f7870183f8567f650416783971ab6eff014a5b9bcebe1bd03f2c80a15',X'8ed0694d130abef6c2d5db70b21e386c',1,1796066850689258);
INSERT INTO organizations VALUES(X'01a22ded3781753ea697a5bf0a40bead','Seaglass Physical Therapy','seaglass physical therapy','provider_account','cca',NULL,NULL,1,1796066850689258);
INSERT INTO organizations VALUES(X'01a22ded37817f3a9e58b7fd82866441','Practice under tax id **-***8642','practice under tax id **-***8642','tin_practice','ahw',X'01000000018665b8525c0ae4fad2e4e29a2b51807555393aedb658ad0cee2e0de57525d803db111ed115c6b75f0f94097bef820399a3',X'534ed9e32ad8b1ff354b15f177e58f69',1,1796066850689258);
CREATE TABLE users (
    id BLOB NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    password_hash TEXT,
    lock_reason TEXT CONSTRAINT users_lock_reason_check CHECK (lock_reason IN ('failed_logins', 'inactivity', 'password_expired', 'staff')),
    locked_at INTEGER,
    disabled_at INTEGER,
    last_login_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL, telephone TEXT, name_key TEXT NOT NULL DEFAULT '',
    CONSTRAINT users_email_key UNIQUE (email_key)
) STRICT;
INSERT INTO users VALUES(X'01a22ded3781727a942aaac8efed5cf3','debi.henderson@bluegrass.example','debi.henderson@bluegrass.example','Debi','Henderson','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,2,1796066850689258,'5025550142','debi henderson');
INSERT INTO users VALUES(X'01a22ded37817657ae98132c6b928546','marcus.webb@bluegrass.example','marcus.webb@bluegrass.example','Marcus','Webb','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'marcus webb');
INSERT INTO users VALUES(X'01a22ded3781753aa1a4a5884a8a987b','priya.nair@bluegrass.example','priya.nair@bluegrass.example','Priya','Nair','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'priya nair');
INSERT INTO users VALUES(X'01a22ded37817445acdf2312679a5eac','tom.ashby@bluegrass.example','tom.ashby@bluegrass.example','Tom','Ashby','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'tom ashby');
INSERT INTO users VALUES(X'01a22ded37817581a6d282883644f963','katherine.tully@bluegrass.example','katherine.tully@bluegrass.example','Katherine','Tully','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'katherine tully');
INSERT INTO users VALUES(X'01a22ded37817d42b3bc4c863ee5cf91','lena.ortiz@riverbend.example','lena.ortiz@riverbend.example','Lena','Ortiz','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'lena ortiz');
INSERT INTO users VALUES(X'01a22ded37817bc388884a71649122a5','amara.whitfield@harborlight.example','amara.whitfield@harborlight.example','Amara','Whitfield','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'amara whitfield');
INSERT INTO users VALUES(X'01a22ded37817e56ab54b2a8fa385cf5','helen.marsh@seaglass.example','helen.marsh@seaglass.example','Helen','Marsh','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'helen marsh');
INSERT INTO users VALUES(X'01a22ded378176a2859928a3274082b9','owen.park@seaglass.example','owen.park@seaglass.example','Owen','Park','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'owen park');
INSERT INTO users VALUES(X'01a22ded37817d52ba693d498d184e40','grace.oyelaran@dms.example','grace.oyelaran@dms.example','Grace','Oyelaran','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'grace oyelaran');
INSERT INTO users VALUES(X'01a22ded378171b2976c00bdc41b13c7','sam.whitaker@support.example','sam.whitaker@support.example','Sam','Whitaker','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'sam whitaker');
INSERT INTO users VALUES(X'01a22ded378179a79c80b66ccec1677a','ruth.delgado@operator.example','ruth.delgado@operator.example','Ruth','Delgado','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,1,1796066850689258,NULL,'ruth delgado');
INSERT INTO users VALUES(X'01a22ded378177419433c89d06b3e99e','jeremy.huang@riverbend.example','jeremy.huang@riverbend.example','Jeremy','Huang',NULL,NULL,NULL,NULL,NULL,2,1796066850689258,'1231231234','jeremy huang');
INSERT INTO users VALUES(X'01a22ded378173a79cebb821ca9040b9','uma.rhodes@riverbend.example','uma.rhodes@riverbend.example','Uma','Rhodes',NULL,NULL,NULL,NULL,NULL,2,1796066850689258,'2255550114','uma rhodes');
INSERT INTO users VALUES(X'01a22ded378175bc96b5382b95318ebc','victor.lane@riverbend.example','victor.lane@riverbend.example','Victor','Lane','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY','inactivity',1796066850689258,NULL,NULL,3,1796066850689258,'2255550127','victor lane');
INSERT INTO users VALUES(X'01a22ded3781712caf0f3d27556b068d','dana.cole@riverbend.example','dana.cole@riverbend.example','Dana','Cole','$argon2id$v=19$m=19456,t=2,p=1$E03qvsdbry4qP6l5cV99ew$iTg1xjeWyIBv89L6TbMeiMw6nTFWjXfWTh0rva5kLwY',NULL,NULL,NULL,NULL,2,1796066850689258,'2255550138','dana cole');
INSERT INTO users VALUES(X'01a22ded378171969593e57cfa5eace6','carol.jennings@ozark.example','carol.jennings@ozark.example','Carol','Jennings',NULL,NULL,NULL,NULL,NULL,2,1796066850689258,'5015550163','carol jennings');
INSERT INTO users VALUES(X'01a2aeac4f2e7872bc38a4c75ae6e314','ann.lee@riverbend.example','ann.lee@riverbend.example','Ann','Lee',NULL,NULL,NULL,NULL,NULL,1,1798226857774492,NULL,'ann lee');
CREATE TABLE user_platform_roles (
    user_id BLOB NOT NULL CONSTRAINT user_platform_roles_user_fkey REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT user_platform_roles_role_check CHECK (role IN ('plan_staff', 'dms_reviewer', 'support', 'operator')),
    CONSTRAINT user_platform_roles_pkey PRIMARY KEY (user_id, role)
) STRICT;
INSERT INTO user_platform_roles VALUES(X'01a22ded37817d52ba693d498d184e40','dms_reviewer');
INSERT INTO user_platform_roles VALUES(X'01a22ded378171b2976c00bdc41b13c7','support');
INSERT INTO user_platform_roles VALUES(X'01a22ded378179a79c80b66ccec1677a','operator');
INSERT INTO user_platform_roles VALUES(X'01a22ded378179a79c80b66ccec1677a','plan_staff');
CREATE TABLE memberships (
    id BLOB NOT NULL CONSTRAINT memberships_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT memberships_organization_fkey REFERENCES organizations (id),
    user_id BLOB NOT NULL CONSTRAINT memberships_user_fkey REFERENCES users (id),
    status TEXT NOT NULL CONSTRAINT memberships_status_check CHECK (status IN ('invited', 'verification_pending', 'unverified', 'active', 'disabled', 'revoked')),
    verified INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL, enabled_at INTEGER, activated_at INTEGER, disabled_reason TEXT CONSTRAINT memberships_disabled_reason_check CHECK (disabled_reason IN ('by_account_manager', 'inactivity', 'rejected', 'staff')), given_first_name TEXT, given_last_name TEXT, given_telephone TEXT,
    CONSTRAINT memberships_organization_user_key UNIQUE (organization_id, user_id)
) STRICT;
INSERT INTO memberships VALUES(X'01a22ded378176f8b87b76d04e8d5449',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded3781727a942aaac8efed5cf3','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded3781736cb1ccc0a70beb940c',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817657ae98132c6b928546','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded3781760facf8006798282fe2',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded3781753aa1a4a5884a8a987b','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded378174359e1eb1cdfa4dde04',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817445acdf2312679a5eac','disabled',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded37817b7184fe04eb967a6f5a',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817581a6d282883644f963','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded37817fef90c58b55d80ad64a',X'01a22ded37817e96859745a1d8476d22',X'01a22ded37817d42b3bc4c863ee5cf91','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded3781765ca3b0f83dd880641c',X'01a22ded3781753ea697a5bf0a40bead',X'01a22ded37817e56ab54b2a8fa385cf5','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded37817e34938d3156de521ff1',X'01a22ded3781753ea697a5bf0a40bead',X'01a22ded378176a2859928a3274082b9','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded37817ddcbe76b22e83c6bbc8',X'01a22ded37817e96859745a1d8476d22',X'01a22ded378177419433c89d06b3e99e','verification_pending',0,1,1796066850689258,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded3781769184d90d2d7b998e9a',X'01a22ded37817e96859745a1d8476d22',X'01a22ded378173a79cebb821ca9040b9','unverified',1,1,1796066850689258,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded378171b19aa6795b4b823339',X'01a22ded37817e96859745a1d8476d22',X'01a22ded378175bc96b5382b95318ebc','active',1,1,1796066850689258,NULL,1796066850689258,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded3781702c8830e2f658a0deb9',X'01a22ded37817e96859745a1d8476d22',X'01a22ded3781712caf0f3d27556b068d','disabled',1,2,1796066850689258,NULL,1796066850689258,'by_account_manager',NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a22ded378178b1980a83bfa30b45cf',X'01a22ded37817f3a9e58b7fd82866441',X'01a22ded378171969593e57cfa5eace6','verification_pending',0,1,1796066850689258,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO memberships VALUES(X'01a2aeac4f2e78c5a29fd33eed208eb9',X'01a22ded37817e96859745a1d8476d22',X'01a2aeac4f2e7872bc38a4c75ae6e314','verification_pending',0,1,1798226857774492,NULL,NULL,NULL,'Ann','Lee',NULL);
CREATE TABLE membership_rights (
    membership_id BLOB NOT NULL CONSTRAINT membership_rights_membership_fkey REFERENCES memberships (id),
    kind TEXT NOT NULL CONSTRAINT membership_rights_kind_check CHECK (kind IN ('role', 'permission')),
    name TEXT NOT NULL,
    CONSTRAINT membership_rights_pkey PRIMARY KEY (membership_id, kind, name)
) STRICT;
INSERT INTO membership_rights VALUES(X'01a22ded378176f8b87b76d04e8d5449','role','ca_admin_manager');
INSERT INTO membership_rights VALUES(X'01a22ded3781736cb1ccc0a70beb940c','role','credentialing_agent');
INSERT INTO membership_rights VALUES(X'01a22ded3781760facf8006798282fe2','role','credentialing_agent');
INSERT INTO membership_rights VALUES(X'01a22ded378174359e1eb1cdfa4dde04','role','credentialing_agent');
INSERT INTO membership_rights VALUES(X'01a22ded37817b7184fe04eb967a6f5a','role','organization_administrator');
INSERT INTO membership_rights VALUES(X'01a22ded37817fef90c58b55d80ad64a','role','account_user');
INSERT INTO membership_rights VALUES(X'01a22ded37817fef90c58b55d80ad64a','permission','claims');
INSERT INTO membership_rights VALUES(X'01a22ded37817fef90c58b55d80ad64a','permission','manage_account');
INSERT INTO membership_rights VALUES(X'01a22ded37817fef90c58b55d80ad64a','permission','eligibility');
INSERT INTO membership_rights VALUES(X'01a22ded3781765ca3b0f83dd880641c','role','organization_administrator');
INSERT INTO membership_rights VALUES(X'01a22ded3781765ca3b0f83dd880641c','permission','health_records');
INSERT INTO membership_rights VALUES(X'01a22ded3781765ca3b0f83dd880641c','permission','claims');
INSERT INTO membership_rights VALUES(X'01a22ded3781765ca3b0f83dd880641c','permission','eligibility');
INSERT INTO membership_rights VALUES(X'01a22ded3781765ca3b0f83dd880641c','permission','assessments');
INSERT INTO membership_rights VALUES(X'01a22ded3781765ca3b0f83dd880641c','permission','authorizations');
INSERT INTO membership_rights VALUES(X'01a22ded37817e34938d3156de521ff1','role','account_user');
INSERT INTO membership_rights VALUES(X'01a22ded37817e34938d3156de521ff1','permission','claims');
INSERT INTO membership_rights VALUES(X'01a22ded37817ddcbe76b22e83c6bbc8','role','account_user');
INSERT INTO membership_rights VALUES(X'01a22ded3781769184d90d2d7b998e9a','role','account_user');
INSERT INTO membership_rights VALUES(X'01a22ded3781769184d90d2d7b998e9a','permission','eligibility');
INSERT INTO membership_rights VALUES(X'01a22ded378171b19aa6795b4b823339','role','account_user');
INSERT INTO membership_rights VALUES(X'01a22ded378171b19aa6795b4b823339','permission','claims');
INSERT INTO membership_rights VALUES(X'01a22ded3781702c8830e2f658a0deb9','role','account_user');
INSERT INTO membership_rights VALUES(X'01a22ded3781702c8830e2f658a0deb9','permission','claims');
INSERT INTO membership_rights VALUES(X'01a22ded3781702c8830e2f658a0deb9','permission','authorizations');
INSERT INTO membership_rights VALUES(X'01a22ded378178b1980a83bfa30b45cf','role','account_user');
INSERT INTO membership_rights VALUES(X'01a2aeac4f2e78c5a29fd33eed208eb9','role','account_user');
CREATE TABLE medicaid_ids (
    id BLOB NOT NULL CONSTRAINT medicaid_ids_pkey PRIMARY KEY,
    medicaid_id TEXT NOT NULL,
    category TEXT NOT NULL CONSTRAINT medicaid_ids_category_check CHECK (category IN ('individual', 'group', 'entity')),
    provider_type TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT medicaid_ids_status_check CHECK (status IN ('active', 'inactive', 'terminated')),
    name TEXT NOT NULL,
    npi TEXT,
    ssn_sealed BLOB,
    ssn_index BLOB,
    owning_organization_id BLOB CONSTRAINT medicaid_ids_owning_organization_fkey REFERENCES organizations (id),
    effective_date TEXT,
    end_date TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL, email TEXT, primary_physical_address TEXT, revalidation_due_on TEXT, fein_sealed BLOB, fein_index BLOB, telephone TEXT, taxonomies TEXT, licenses TEXT,
    CONSTRAINT medicaid_ids_medicaid_id_key UNIQUE (medicaid_id)
) STRICT;
INSERT INTO medicaid_ids VALUES(X'01a22ded378173d6ac4bb78ac28c5938','7100000001','group','65','active','Bluegrass Family Health Group','1245319599',NULL,NULL,X'01a22ded378174e0ae0d9b0d3471bff0','1999-10-04',NULL,1,1796066850689258,NULL,NULL,NULL,X'01000000010b30452998d886d9fb8d098f706ef15dd9df69d1225a7eac55c64b72e08d2ceed3e9433c4d29bc1c8a528dcaea2dbbe08e',X'56730284578a68416b5e485a51216489',NULL,NULL,NULL);
INSERT INTO medicaid_ids VALUES(X'01a22ded37817832991d14d8a531eabf','7100000056','entity','56','active','Bluegrass Family Health Transport','1245319599',NULL,NULL,X'01a22ded378174e0ae0d9b0d3471bff0','2018-01-01',NULL,1,1796066850689258,NULL,NULL,'2027-03-30',X'0100000001854667ea0983924632a6dbc0349591b0a50931462d5b52001ec50e334a0c3beb0147d644705994a6addde2f60c0e48d64e',X'56730284578a68416b5e485a51216489',NULL,NULL,NULL);
INSERT INTO medicaid_ids VALUES(X'01a22ded37817c4f91e97fe17766a7fb','1111111','individual','64','active','Doe, John','1234567890',X'010000000118778f29bec2c54a8872f79d7eb9dc79b1bcfa4a95fcd431234fb97a0e0ba445b0ecf29e13bde8244fc52a20a0904ce9b8',X'61bb1cf77713c3dda7cc0d0002c6d91e',NULL,'2018-01-01',NULL,1,1796066850689258,NULL,NULL,'2028-04-13',NULL,NULL,NULL,NULL,NULL);
INSERT INTO medicaid_ids VALUES(X'01a22ded378170c6a37e2857e1c5c4aa','2222222','individual','78','active','Doe, Jane','147852360',X'0100000001292ed413a3a1b78102c0d9f043c40e6bc0cee3721bea05abaa46788e0d05e524c50d25581687f4d7cbaf2f6492a5dfb43f',X'be01d1ca779be4cb6152e0d511f3b852',NULL,'2018-01-01',NULL,1,1796066850689258,NULL,NULL,'2026-10-21',NULL,NULL,NULL,NULL,NULL);
INSERT INTO medicaid_ids VALUES(X'01a22ded3781745c8b7f6a2b676376b1','3333333','individual','64','active','Smith, John','369852147',X'0100000001c89036e613e08de7e746f250a102ad8a7a6420907c3be542ad6d1d02a80b0e855b7094d6a12bea144ca94ea73a3b400891',X'4d429484f6d3654be17dce22ab34b793',NULL,'2018-01-01',NULL,1,1796066850689258,NULL,NULL,'2027-01-14',NULL,NULL,NULL,NULL,NULL);
INSERT INTO medicaid_ids VALUES(X'01a22ded37817f3e8889f6d1419838e1','4444444','individual','78','active','Smith, Jane','258963147',X'010000000174a81462653cab60d001d5e14ab6569f2dfecb65146a13065c47908cc6a718fdfff96f9d206054eb5c345dbd9c7e449b48',X'49b88a00a67f2a5b3d109b97cb146489',NULL,'2018-01-01',NULL,1,1796066850689258,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO medicaid_ids VALUES(X'01a22ded37817ae596cea8b064a07ed2','7100126126','individual','64','active','Blake, Lee','1700126125',X'0100000001ae920d347a42d2ded2b0723f1f9f4e3762070237ea0316721aa2bef18ee6309648b331f791de874f9e488d3705a87a2419',X'28add15a66d4e6f754c7253af6664935',NULL,'1999-10-04','2020-02-28',1,1796066850689258,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE applications (
    id BLOB NOT NULL CONSTRAINT applications_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT applications_organization_fkey REFERENCES organizations (id),
    application_type TEXT NOT NULL CONSTRAINT applications_application_type_check CHECK (application_type IN ('enrollment', 'maintenance', 'revalidation', 'reapplication', 'reinstatement', 'change_of_ownership', 'voluntary_termination', 'locum_tenens')),
    application_number TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT applications_status_check CHECK (status IN ('in_progress', 'submitted', 'returned_to_provider', 'dms_review_in_progress', 'approved', 'denied', 'withdrawn')),
    medicaid_id TEXT,
    provider_name TEXT NOT NULL,
    provider_type_code TEXT NOT NULL,
    provider_type_label TEXT NOT NULL,
    npi TEXT,
    npi_valid INTEGER NOT NULL,
    date_of_initiation TEXT NOT NULL,
    initiated_by BLOB NOT NULL CONSTRAINT applications_initiated_by_fkey REFERENCES users (id),
    assigned_to BLOB NOT NULL CONSTRAINT applications_assigned_to_fkey REFERENCES memberships (id),
    last_activity_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL, category TEXT NOT NULL DEFAULT 'individual' CONSTRAINT applications_category_check CHECK (category IN ('individual', 'group', 'entity')), requested_effective_date TEXT, tax_id_sealed BLOB, submitted_at INTEGER, decided_at INTEGER, department_reason TEXT, withdrawal_kind TEXT CONSTRAINT applications_withdrawal_kind_check CHECK (withdrawal_kind IN ('automatic', 'manual')), withdrawn_at INTEGER, withdrawn_by_name TEXT, withdrawal_reason TEXT, status_before_withdrawal TEXT CONSTRAINT applications_status_before_withdrawal_check CHECK (status_before_withdrawal IN ('in_progress', 'returned_to_provider')), reassignment_id BLOB CONSTRAINT applications_reassignment_fkey REFERENCES reassignments (id),
    CONSTRAINT applications_application_number_key UNIQUE (application_number)
) STRICT;
INSERT INTO applications VALUES(X'01a22ded37817b5ebfbb80ac2126c549',X'01a22ded378174e0ae0d9b0d3471bff0','enrollment','APP1234','withdrawn','1111111','Doe, John','64','Physician individual','1234567890',0,'2023-07-01',X'01a22ded37817657ae98132c6b928546',X'01a22ded3781736cb1ccc0a70beb940c',1787858850689258,2,1796066850689258,'individual',NULL,NULL,NULL,NULL,NULL,'automatic',1798226857768020,'automatic withdrawal',NULL,'in_progress',NULL);
INSERT INTO applications VALUES(X'01a22ded3781729caf8c2935d017a2f9',X'01a22ded378174e0ae0d9b0d3471bff0','enrollment','APP5678','dms_review_in_progress','2222222','Doe, Jane','78','Advanced Practice Registered Nurse (APRN)','147852360',0,'2023-06-15',X'01a22ded37817657ae98132c6b928546',X'01a22ded3781736cb1ccc0a70beb940c',1795030050689258,1,1796066850689258,'individual',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO applications VALUES(X'01a22ded378171af8cdafa16b2d020a9',X'01a22ded378174e0ae0d9b0d3471bff0','enrollment','APP9876','submitted','3333333','Smith, John','64','Physician individual','369852147',0,'2023-07-15',X'01a22ded37817657ae98132c6b928546',X'01a22ded3781736cb1ccc0a70beb940c',1795807650689258,1,1796066850689258,'individual',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO applications VALUES(X'01a22ded37817bfe9a6f9ba3385635e8',X'01a22ded378174e0ae0d9b0d3471bff0','enrollment','APP0543','in_progress','4444444','Smith, Jane','78','Advanced Practice Registered Nurse (APRN)','258963147',0,'2023-08-02',X'01a22ded37817657ae98132c6b928546',X'01a22ded3781736cb1ccc0a70beb940c',1793388450689258,1,1796066850689258,'individual',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE reassignments (
    id BLOB NOT NULL CONSTRAINT reassignments_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT reassignments_organization_fkey REFERENCES organizations (id),
    from_membership_id BLOB NOT NULL CONSTRAINT reassignments_from_membership_fkey REFERENCES memberships (id),
    to_membership_id BLOB NOT NULL CONSTRAINT reassignments_to_membership_fkey REFERENCES memberships (id),
    created_by BLOB NOT NULL CONSTRAINT reassignments_created_by_fkey REFERENCES users (id),
    moved INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    revertible_until INTEGER NOT NULL,
    reverts BLOB CONSTRAINT reassignments_reverts_fkey REFERENCES reassignments (id),
    CONSTRAINT reassignments_reverts_key UNIQUE (reverts)
) STRICT;
CREATE TABLE reassignment_items (
    reassignment_id BLOB NOT NULL CONSTRAINT reassignment_items_reassignment_fkey REFERENCES reassignments (id),
    application_id BLOB NOT NULL CONSTRAINT reassignment_items_application_fkey REFERENCES applications (id),
    version_after INTEGER NOT NULL,
    CONSTRAINT reassignment_items_pkey PRIMARY KEY (reassignment_id, application_id)
) STRICT;
CREATE TABLE application_history (
    id BLOB NOT NULL CONSTRAINT application_history_pkey PRIMARY KEY,
    application_id BLOB NOT NULL CONSTRAINT application_history_application_fkey REFERENCES applications (id),
    occurred_at INTEGER NOT NULL,
    actor_user_id BLOB CONSTRAINT application_history_actor_fkey REFERENCES users (id),
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    from_agent TEXT,
    to_agent TEXT,
    reassignment_id BLOB CONSTRAINT application_history_reassignment_fkey REFERENCES reassignments (id),
    version_after INTEGER NOT NULL, detail TEXT,
    CONSTRAINT application_history_version_key UNIQUE (application_id, version_after)
) STRICT;
INSERT INTO application_history VALUES(X'01a22ded37817702b44f5be17122abbc',X'01a22ded37817b5ebfbb80ac2126c549',1796066850689258,X'01a22ded37817657ae98132c6b928546','Marcus Webb','imported',NULL,NULL,NULL,1,NULL);
INSERT INTO application_history VALUES(X'01a22ded378172b9b863cf325c836d3e',X'01a22ded3781729caf8c2935d017a2f9',1796066850689258,X'01a22ded37817657ae98132c6b928546','Marcus Webb','imported',NULL,NULL,NULL,1,NULL);
INSERT INTO application_history VALUES(X'01a22ded378172e5937fe17a70df43ec',X'01a22ded378171af8cdafa16b2d020a9',1796066850689258,X'01a22ded37817657ae98132c6b928546','Marcus Webb','imported',NULL,NULL,NULL,1,NULL);
INSERT INTO application_history VALUES(X'01a22ded37817feeb8f4280a0936767e',X'01a22ded37817bfe9a6f9ba3385635e8',1796066850689258,X'01a22ded37817657ae98132c6b928546','Marcus Webb','imported',NULL,NULL,NULL,1,NULL);
INSERT INTO application_history VALUES(X'01a2aeac4f2873b6bba10cd11e82555d',X'01a22ded37817b5ebfbb80ac2126c549',1798226857768020,NULL,'automatic withdrawal','withdrawn_automatically',NULL,NULL,NULL,2,'no activity for 120 days; no warning was given at 30 days');
CREATE TABLE notifications (
    id BLOB NOT NULL CONSTRAINT notifications_pkey PRIMARY KEY,
    recipient_user_id BLOB NOT NULL CONSTRAINT notifications_recipient_fkey REFERENCES users (id),
    organization_id BLOB NOT NULL CONSTRAINT notifications_organization_fkey REFERENCES organizations (id),
    application_id BLOB CONSTRAINT notifications_application_fkey REFERENCES applications (id),
    reassignment_id BLOB CONSTRAINT notifications_reassignment_fkey REFERENCES reassignments (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at INTEGER
, recipient_name TEXT NOT NULL DEFAULT '', channel TEXT NOT NULL DEFAULT 'dashboard' CONSTRAINT notifications_channel_check CHECK (channel IN ('dashboard')), threshold_days INTEGER, first_seen_at INTEGER, resolved_at INTEGER, dedupe_key TEXT) STRICT;
INSERT INTO notifications VALUES(X'01a23313aef57dbca81df2f6ffbd535a',X'01a22ded37817657ae98132c6b928546',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817bfe9a6f9ba3385635e8',NULL,'auto_withdrawal_warning','Application APP0543 (Enrollment) for Smith, Jane had no activity for 32 days. It will be automatically withdrawn if there is no activity for 120 days, on 2027-02-27.',1796153257717680,NULL,'Marcus Webb','dashboard',30,NULL,NULL,'idle:app_01m8pytdw1ffz9mvwvmcw5cdf8:1793388450689258:30');
INSERT INTO notifications VALUES(X'01a23313aef77015b795dd61040f09c9',X'01a22ded37817657ae98132c6b928546',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817b5ebfbb80ac2126c549',NULL,'auto_withdrawal_warning','Application APP1234 (Enrollment) for Doe, John had no activity for 96 days. It will be automatically withdrawn if there is no activity for 120 days, on 2026-12-25.',1796153257719444,NULL,'Marcus Webb','dashboard',60,NULL,1798226857768020,'idle:app_01m8pytdw1fdfbzew0nggjdha9:1787858850689258:60');
INSERT INTO notifications VALUES(X'01a2aeac4f287b64904af9f72b2e98f5',X'01a22ded37817657ae98132c6b928546',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817b5ebfbb80ac2126c549',NULL,'application_withdrawn','Application APP1234 (Enrollment) for Doe, John was automatically withdrawn on 2026-12-25: it had no activity for 120 days.',1798226857768020,NULL,'Marcus Webb','dashboard',NULL,NULL,NULL,'withdrawn:app_01m8pytdw1fdfbzew0nggjdha9:2:usr_01m8pytdw1esbtx60k5hns51a6');
INSERT INTO notifications VALUES(X'01a2c345bf44722f809190086b66abe6',X'01a22ded37817657ae98132c6b928546',X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817bfe9a6f9ba3385635e8',NULL,'auto_withdrawal_warning','Application APP0543 (Enrollment) for Smith, Jane had no activity for 60 days. It will be automatically withdrawn if there is no activity for 120 days, on 2027-02-27.',1798572457796434,NULL,'Marcus Webb','dashboard',60,NULL,NULL,'idle:app_01m8pytdw1ffz9mvwvmcw5cdf8:1793388450689258:60');
CREATE TABLE audit_heads (
    chain TEXT NOT NULL CONSTRAINT audit_heads_pkey PRIMARY KEY,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_heads VALUES('org_01m8pytdw1ekgaw3cv1mt73fzg',5,X'4e8f6fea1f39f54fdf934d2c57bc605459abfeed8dd091b3324c0a263440db5e');
INSERT INTO audit_heads VALUES('platform',16,X'd3cf908b15996576fd843fe6ea25238ea52b3bb2aa06741c69a52644e93adb63');
INSERT INTO audit_heads VALUES('org_01m8pytdw1ftb8b5t5m7c4ev92',1,X'354b29233d7eefb04710240c4d9bbcfef354ec7ff71a48eb57114750d086d45e');
CREATE TABLE audit_events (
    id BLOB NOT NULL CONSTRAINT audit_events_pkey PRIMARY KEY,
    chain TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    organization_id BLOB CONSTRAINT audit_events_organization_fkey REFERENCES organizations (id),
    occurred_at INTEGER NOT NULL,
    actor_user_id BLOB CONSTRAINT audit_events_actor_fkey REFERENCES users (id),
    actor_name TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    CONSTRAINT audit_events_chain_sequence_key UNIQUE (chain, sequence)
) STRICT;
INSERT INTO audit_events VALUES(X'01a22ded37817567b9f451d5ea2fb8a1','org_01m8pytdw1ekgaw3cv1mt73fzg',1,X'01a22ded378174e0ae0d9b0d3471bff0',1796066850689258,NULL,'sandbox','','sandbox.filled','org_01m8pytdw1ekgaw3cv1mt73fzg','{}',X'',X'1dd3f047d432f52b952aabf02078a5eb4efd6bb9e10eb4294a09c8c37b5d5215');
INSERT INTO audit_events VALUES(X'01a22ded52b77701b86e7ece28c8c6d6','platform',1,NULL,1796066857655811,X'01a22ded3781727a942aaac8efed5cf3','Debi Henderson','a8d706b1100951af7422ab8e9f5b5bae','session.started','ses_01m8pytmnqeve9ntvs47r7wkrb','{"user":"usr_01m8pytdw1e9x98anas3qytq7k"}',X'',X'0a6c9b0df80ec5687cc80adcec2a3f8e5b330e7172034092f54512484f15f9a5');
INSERT INTO audit_events VALUES(X'01a22ded52bc791caf82265cb0ee5312','platform',2,NULL,1796066857660521,X'01a22ded37817657ae98132c6b928546','Marcus Webb','907a140e34b8974ffc373383a1fa72d4','session.started','ses_01m8pytmnwejesd7krmy6heqnk','{"user":"usr_01m8pytdw1esbtx60k5hns51a6"}',X'0a6c9b0df80ec5687cc80adcec2a3f8e5b330e7172034092f54512484f15f9a5',X'ddcdbf403af85a8d8ccd04e67dcd04e21308b7f105a7f0b429e8c23dd06f6d58');
INSERT INTO audit_events VALUES(X'01a22ded52bf7c478daa2bcb5c7da121','platform',3,NULL,1796066857663714,X'01a22ded3781753aa1a4a5884a8a987b','Priya Nair','6bd2d9e3ec3656f6fbbd035525051d60','session.started','ses_01m8pytmnzeenr7wpcre99gtcx','{"user":"usr_01m8pytdw1emxa3955h158n63v"}',X'ddcdbf403af85a8d8ccd04e67dcd04e21308b7f105a7f0b429e8c23dd06f6d58',X'7bb6ddc46e4b01bf0ea47bbc16aef97b5d70a3443774b2fa94c2af136469bc8b');
INSERT INTO audit_events VALUES(X'01a22ded52c2771e9210d02c190e0cd2','platform',4,NULL,1796066857666875,X'01a22ded37817445acdf2312679a5eac','Tom Ashby','405da02c252337e4f4e118d8abc6308d','session.started','ses_01m8pytmp2fq3v0a4dhw5yx3ct','{"user":"usr_01m8pytdw1eh2tsqs329ksmqnc"}',X'7bb6ddc46e4b01bf0ea47bbc16aef97b5d70a3443774b2fa94c2af136469bc8b',X'72a01590ef00018e92f342efd5548d09e827ee71336f9f93b0605e5a39baa0a8');
INSERT INTO audit_events VALUES(X'01a22ded52c57e5ebcb33bee71cff6e8','platform',5,NULL,1796066857669595,X'01a22ded37817581a6d282883644f963','Katherine Tully','05c1087871a768023f4312ed3befb848','session.started','ses_01m8pytmp5e4xtmfeds6bwfzmk','{"user":"usr_01m8pytdw1ep0tdmm2h0v49yb3"}',X'72a01590ef00018e92f342efd5548d09e827ee71336f9f93b0605e5a39baa0a8',X'92a7ad0929860d715d65a382cfb11f10b56c8ad5eb886e686d94795cd7617082');
INSERT INTO audit_events VALUES(X'01a22ded52c87bb1a729b810e0ed6674','platform',6,NULL,1796066857672347,X'01a22ded37817d42b3bc4c863ee5cf91','Lena Ortiz','69929343496932783aac114cb12e692e','session.started','ses_01m8pytmp8fkz8dby6ccb3vvyr','{"user":"usr_01m8pytdw1fn1b7f2cgrzebkwh"}',X'92a7ad0929860d715d65a382cfb11f10b56c8ad5eb886e686d94795cd7617082',X'89a26b54bf799705a93b211c481576a8764f581e21715481795ee19c091b0d93');
INSERT INTO audit_events VALUES(X'01a22ded52ca7e958badee64671642dd','platform',7,NULL,1796066857674867,X'01a22ded37817bc388884a71649122a5','Amara Whitfield','5e0c6937f95edfc336419bce1873a2ee','session.started','ses_01m8pytmpaf6asn14yfzm7sqzs','{"user":"usr_01m8pytdw1ff1rh22ae5j928n5"}',X'89a26b54bf799705a93b211c481576a8764f581e21715481795ee19c091b0d93',X'05d428fb6b92784fe13be60fa64a692ffadde694487914f0454a9c90b2e507df');
INSERT INTO audit_events VALUES(X'01a22ded52cd789db01f54261b14cbf0','platform',8,NULL,1796066857677468,X'01a22ded37817e56ab54b2a8fa385cf5','Helen Marsh','e24d2e8a5f078dfc421a51dbdd5207c9','session.started','ses_01m8pytmpdf8sr4m4bykexgpn9','{"user":"usr_01m8pytdw1fsbapn5jn3x3gq7n"}',X'05d428fb6b92784fe13be60fa64a692ffadde694487914f0454a9c90b2e507df',X'98342d2ab25145310593b53252be02d816a5de97959f00ea887f959ae1f898c7');
INSERT INTO audit_events VALUES(X'01a22ded52d075518b42c26981249233','platform',9,NULL,1796066857680000,X'01a22ded378176a2859928a3274082b9','Owen Park','ad35fe09a0d870e5049fe9bbdfee2ec3','session.started','ses_01m8pytmpgegk8rdz65nn6pz76','{"user":"usr_01m8pytdw1eth8b698mckm10ns"}',X'98342d2ab25145310593b53252be02d816a5de97959f00ea887f959ae1f898c7',X'a8cffff3b7f1eee668c78e1d085209fe14f49afa90990ec2cee217df63eabbc2');
INSERT INTO audit_events VALUES(X'01a22ded52d27c9695732fd234b93e7c','platform',10,NULL,1796066857682464,X'01a22ded37817d52ba693d498d184e40','Grace Oyelaran','bec58d7dcfaf3da85b827fcc10847e49','session.started','ses_01m8pytmpjfqf8aby5ysmwsvy6','{"user":"usr_01m8pytdw1fn9bmt9x966hgkj0"}',X'a8cffff3b7f1eee668c78e1d085209fe14f49afa90990ec2cee217df63eabbc2',X'7eb5231fca9f1c3b9cbeb1239c77137b416193444329a7ce285ccc22a8637c8d');
INSERT INTO audit_events VALUES(X'01a22ded52d4767497bdb04e6ca18093','platform',11,NULL,1796066857684897,X'01a22ded378171b2976c00bdc41b13c7','Sam Whitaker','384c0c8c54cb9c802621ecb16697dc75','session.started','ses_01m8pytmpmfyma2kvcv133bnbe','{"user":"usr_01m8pytdw1e6s9ev00qq21p4y7"}',X'7eb5231fca9f1c3b9cbeb1239c77137b416193444329a7ce285ccc22a8637c8d',X'ae5bf0b054b16d71dca1f9ffa65da007111d89edd4792514c8959fc2b52d1578');
INSERT INTO audit_events VALUES(X'01a22ded52d7714c87f0cf50ac8916ea','platform',12,NULL,1796066857687425,X'01a22ded378179a79c80b66ccec1677a','Ruth Delgado','3002e7b5405080fa8789d3781b06bf3e','session.started','ses_01m8pytmpqebm8qfr0ha314yv9','{"user":"usr_01m8pytdw1f6kss05pdk7c2svt"}',X'ae5bf0b054b16d71dca1f9ffa65da007111d89edd4792514c8959fc2b52d1578',X'ad02ffdd4d4ec3367b41282fe455ca3480d3e6a9c2623a20d6905caf81674c46');
INSERT INTO audit_events VALUES(X'01a22ded52ea7594af6ac50818ea3943','platform',13,NULL,1796066857706892,NULL,'somebody not signed in','98562a5f27128ae9316e34432b29a0f8','password_reset.requested','ssr_01m8pytmqaerztrn6draprfswd','{}',X'ad02ffdd4d4ec3367b41282fe455ca3480d3e6a9c2623a20d6905caf81674c46',X'd4d82abe261059385ceb631cb984d519f4c68168498b9d82d2ccd97a87dc81bd');
INSERT INTO audit_events VALUES(X'01a22ded52ed7c6481bb240ca8e7ab72','platform',14,NULL,1796066857709738,NULL,'somebody not signed in','851674aee49052b8c6669a73e7a2f327','registration.requested','ssr_01m8pytmqdeet96p7hgcj7xsms','{}',X'd4d82abe261059385ceb631cb984d519f4c68168498b9d82d2ccd97a87dc81bd',X'b7cec769b577746d1bf54c10d2ca038009ae4ba222a2f6bbe904432a890df6b7');
INSERT INTO audit_events VALUES(X'01a23313aef57ef9b9b55f5bd598ddd8','org_01m8pytdw1ekgaw3cv1mt73fzg',2,X'01a22ded378174e0ae0d9b0d3471bff0',1796153257717680,NULL,'application_inactivity job','','application.warned','app_01m8pytdw1ffz9mvwvmcw5cdf8','{"days_inactive":32,"threshold_days":30,"told":["usr_01m8pytdw1esbtx60k5hns51a6"]}',X'1dd3f047d432f52b952aabf02078a5eb4efd6bb9e10eb4294a09c8c37b5d5215',X'186ad2612f02732cf7bbca3af268fe5341d4ab2124bcd43afd42c4d4aaf66cf8');
INSERT INTO audit_events VALUES(X'01a23313aef77eea8e36ef71910da234','org_01m8pytdw1ekgaw3cv1mt73fzg',3,X'01a22ded378174e0ae0d9b0d3471bff0',1796153257719444,NULL,'application_inactivity job','','application.warned','app_01m8pytdw1fdfbzew0nggjdha9','{"days_inactive":96,"threshold_days":60,"told":["usr_01m8pytdw1esbtx60k5hns51a6"]}',X'186ad2612f02732cf7bbca3af268fe5341d4ab2124bcd43afd42c4d4aaf66cf8',X'92a6fc058f875c8976416a3adde0dd455cd4423030feadc2a246cab0a2fec664');
INSERT INTO audit_events VALUES(X'01a2aeac4f287fa7b3ed48ae798233e6','org_01m8pytdw1ekgaw3cv1mt73fzg',4,X'01a22ded378174e0ae0d9b0d3471bff0',1798226857768020,NULL,'application_inactivity job','','application.withdrawn_automatically','app_01m8pytdw1fdfbzew0nggjdha9','{"days_inactive":120,"from":"in_progress","missed_warnings":["30"],"told":["usr_01m8pytdw1esbtx60k5hns51a6"]}',X'92a6fc058f875c8976416a3adde0dd455cd4423030feadc2a246cab0a2fec664',X'72d3ea384a56f01345fd7cd3681c87f5d3e7fc2fd3845d4fcc8c1f25e9af702d');
INSERT INTO audit_events VALUES(X'01a2aeac4f29754d9f3366b5a9214658','platform',15,NULL,1798226857769026,NULL,'self-service','','password_reset.issued','usr_01m8pytdw1e9x98anas3qytq7k','{}',X'b7cec769b577746d1bf54c10d2ca038009ae4ba222a2f6bbe904432a890df6b7',X'9bebd1bce303c304c2a81639e171a31ba92025ba492c323cb6899df35181e007');
INSERT INTO audit_events VALUES(X'01a2aeac4f2e72e2b9d130f14fe2c442','org_01m8pytdw1ftb8b5t5m7c4ev92',1,X'01a22ded37817e96859745a1d8476d22',1798226857774492,NULL,'self-service','','registration.received','mbr_01maqarksef32t57yk7vpj13ns','{}',X'',X'354b29233d7eefb04710240c4d9bbcfef354ec7ff71a48eb57114750d086d45e');
INSERT INTO audit_events VALUES(X'01a2c345bf4474aabaac95ab7fd47203','org_01m8pytdw1ekgaw3cv1mt73fzg',5,X'01a22ded378174e0ae0d9b0d3471bff0',1798572457796434,NULL,'application_inactivity job','','application.warned','app_01m8pytdw1ffz9mvwvmcw5cdf8','{"days_inactive":60,"threshold_days":60,"told":["usr_01m8pytdw1esbtx60k5hns51a6"]}',X'72d3ea384a56f01345fd7cd3681c87f5d3e7fc2fd3845d4fcc8c1f25e9af702d',X'4e8f6fea1f39f54fdf934d2c57bc605459abfeed8dd091b3324c0a263440db5e');
INSERT INTO audit_events VALUES(X'01a2cd927753738fa3177c995988699f','platform',16,NULL,1798745257811745,X'01a22ded3781727a942aaac8efed5cf3','Debi Henderson','6c2481f39a82a58401a21ca0d378735e','profile.updated','usr_01m8pytdw1e9x98anas3qytq7k','{"fields":["telephone"]}',X'9bebd1bce303c304c2a81639e171a31ba92025ba492c323cb6899df35181e007',X'd3cf908b15996576fd843fe6ea25238ea52b3bb2aa06741c69a52644e93adb63');
CREATE TABLE idempotency_keys (
    user_id BLOB NOT NULL CONSTRAINT idempotency_keys_user_fkey REFERENCES users (id),
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_digest BLOB NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, route, key)
) STRICT;
CREATE TABLE providers (
    id BLOB NOT NULL CONSTRAINT providers_pkey PRIMARY KEY,
    npi TEXT NOT NULL,
    entity TEXT NOT NULL CONSTRAINT providers_entity_check CHECK (entity IN ('individual', 'organization')),
    display_name TEXT NOT NULL,
    first_name TEXT,
    middle_name TEXT,
    last_name TEXT,
    credential TEXT,
    organization_name TEXT,
    other_names TEXT NOT NULL,
    enumeration_date TEXT,
    registry_updated_on TEXT,
    active INTEGER NOT NULL,
    digest BLOB NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT providers_npi_key UNIQUE (npi)
) STRICT;
CREATE TABLE provider_taxonomies (
    provider_id BLOB NOT NULL CONSTRAINT provider_taxonomies_provider_fkey REFERENCES providers (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    state TEXT NOT NULL,
    license TEXT NOT NULL,
    CONSTRAINT provider_taxonomies_pkey PRIMARY KEY (provider_id, position)
) STRICT;
CREATE TABLE provider_addresses (
    provider_id BLOB NOT NULL CONSTRAINT provider_addresses_provider_fkey REFERENCES providers (id),
    position INTEGER NOT NULL,
    purpose TEXT NOT NULL CONSTRAINT provider_addresses_purpose_check CHECK (purpose IN ('location', 'mailing', 'practice')),
    line1 text NOT NULL,
    line2 text NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    telephone TEXT NOT NULL,
    fax TEXT NOT NULL,
    CONSTRAINT provider_addresses_pkey PRIMARY KEY (provider_id, position)
) STRICT;
CREATE TABLE provider_identifiers (
    provider_id BLOB NOT NULL CONSTRAINT provider_identifiers_provider_fkey REFERENCES providers (id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    identifier TEXT NOT NULL,
    state TEXT NOT NULL,
    issuer TEXT NOT NULL,
    CONSTRAINT provider_identifiers_pkey PRIMARY KEY (provider_id, position)
) STRICT;
CREATE TABLE sessions (
    id BLOB NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id),
    started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('signed_out', 'too_many', 'refresh_token_reuse', 'credentials_changed', 'ended_by_manager')),
    generation INTEGER NOT NULL,
    seen_generation INTEGER NOT NULL,
    device TEXT NOT NULL,
    ip_address TEXT NOT NULL,
    version INTEGER NOT NULL,
    second_factor_at INTEGER,
    active_membership_id BLOB CONSTRAINT sessions_active_membership_fkey REFERENCES memberships (id)
) STRICT;
INSERT INTO sessions VALUES(X'01a22ded52b776dc9aeb7921f07e4f0b',X'01a22ded3781727a942aaac8efed5cf3',1796066857655822,1796066857690073,NULL,NULL,1,1,'Python-urllib/3.11','127.0.0.1',2,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52bc749d969e78a78d175eb3',X'01a22ded37817657ae98132c6b928546',1796066857660529,1796066857660529,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52bf73ab83f2ccc39298699d',X'01a22ded3781753aa1a4a5884a8a987b',1796066857663717,1796066857663717,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52c27dc7b0288d8f0bee8d9a',X'01a22ded37817445acdf2312679a5eac',1796066857666879,1796066857666879,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52c5713baa3dcdc997c7fe93',X'01a22ded37817581a6d282883644f963',1796066857669599,1796066857669599,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52c87cfe86afc663163defd8',X'01a22ded37817d42b3bc4c863ee5cf91',1796066857672351,1796066857672351,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52ca79959a849e7fe87cdff9',X'01a22ded37817bc388884a71649122a5',1796066857674869,1796066857674869,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52cd7a3382508bf4ddd85aa9',X'01a22ded37817e56ab54b2a8fa385cf5',1796066857677471,1796066857677471,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52d074268c37e62d6a6b7ce6',X'01a22ded378176a2859928a3274082b9',1796066857680002,1796066857680002,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52d27dde852fc5f669ccefc6',X'01a22ded37817d52ba693d498d184e40',1796066857682468,1796066857682468,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52d47fa8a14f6cd84635d56e',X'01a22ded378171b2976c00bdc41b13c7',1796066857684900,1796066857684900,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
INSERT INTO sessions VALUES(X'01a22ded52d772e88bbf008a86127b69',X'01a22ded378179a79c80b66ccec1677a',1796066857687428,1796066857687428,NULL,NULL,1,0,'Python-urllib/3.11','127.0.0.1',1,NULL,NULL);
CREATE TABLE refresh_tokens (
    session_id BLOB NOT NULL CONSTRAINT refresh_tokens_session_fkey REFERENCES sessions (id),
    generation INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    used_at INTEGER,
    withdrawn_at INTEGER,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (session_id, generation),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash)
) STRICT;
INSERT INTO refresh_tokens VALUES(X'01a22ded52b776dc9aeb7921f07e4f0b',1,X'3d707e2638bba44eedaafb34dc5eb008a720e6cab92e83800f7cdaf363be1f43',1796066857655822,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52bc749d969e78a78d175eb3',1,X'185a2a3f4f24eff6479f1053778f3cd911cc96a5710c3c0420ce8391746fbe18',1796066857660529,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52bf73ab83f2ccc39298699d',1,X'3e658e1f316cc149e7b773f919827e2ee7b4bb61db93e6ad59759dc2dcd2be52',1796066857663717,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52c27dc7b0288d8f0bee8d9a',1,X'c0fe39cd8e3d16c7d503e650f37e8d777978f1dd9595899b4a1c5dde9f1b66e1',1796066857666879,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52c5713baa3dcdc997c7fe93',1,X'4f50be219788a2a5185551a448aab0852478df4303254ffc2f83b0c5d5a790a3',1796066857669599,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52c87cfe86afc663163defd8',1,X'147179683558a8ea12be6586176447dad477750d4d9b269237d4d549f47db170',1796066857672351,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52ca79959a849e7fe87cdff9',1,X'd45b51cc2afd329b9e8e963ec3df5808f7cd8b86495414f26b56355f4fe01a48',1796066857674869,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52cd7a3382508bf4ddd85aa9',1,X'da14e71c811df31090903075269eaa1edbbbecbce0c198ead07198766a05ea19',1796066857677471,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52d074268c37e62d6a6b7ce6',1,X'28df39a6f5eb8a9fae0bab24ff57088b2598abf9114c3625ed1383a6747482ca',1796066857680002,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52d27dde852fc5f669ccefc6',1,X'bb736d81eda571b621d8a882f1ca2e28953f11d369f0609c5f236db65bed5640',1796066857682468,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52d47fa8a14f6cd84635d56e',1,X'd43115dc9dd984857f32e35d957f67934c57f7d4be73f64578e281fa8fb7afac',1796066857684900,NULL,NULL);
INSERT INTO refresh_tokens VALUES(X'01a22ded52d772e88bbf008a86127b69',1,X'efc83e3ea7981ef1cc1bf30f09e57ce207374446f3cdf36fdc6ff35962b16123',1796066857687428,NULL,NULL);
CREATE TABLE member_history (
    id BLOB NOT NULL CONSTRAINT member_history_pkey PRIMARY KEY,
    membership_id BLOB NOT NULL CONSTRAINT member_history_membership_fkey REFERENCES memberships (id),
    number INTEGER NOT NULL,
    action TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    actor_user_id BLOB CONSTRAINT member_history_actor_fkey REFERENCES users (id),
    actor_email TEXT NOT NULL,
    comment TEXT,
    CONSTRAINT member_history_number_key UNIQUE (membership_id, number)
) STRICT;
INSERT INTO member_history VALUES(X'01a22ded378174d19cf1b35e3cc845e7',X'01a22ded37817ddcbe76b22e83c6bbc8',1,'registered',1796066850689258,X'01a22ded378177419433c89d06b3e99e','jeremy.huang@riverbend.example',NULL);
INSERT INTO member_history VALUES(X'01a22ded37817b06812748551d5ebf04',X'01a22ded37817ddcbe76b22e83c6bbc8',2,'update_user_roles',1796066850689258,NULL,'kmcweeney@plan.example','<script>alert(1)</script>');
INSERT INTO member_history VALUES(X'01a22ded37817dcebd62200902ffb0c8',X'01a22ded37817ddcbe76b22e83c6bbc8',3,'update_user_roles',1796066850689258,NULL,'kmcweeney@plan.example',replace(';alert(1)//\n</xmp><script>alert(1)</script>','\n',char(10)));
INSERT INTO member_history VALUES(X'01a22ded3781769b9381ab9c5be54207',X'01a22ded3781769184d90d2d7b998e9a',1,'registered',1796066850689258,X'01a22ded378173a79cebb821ca9040b9','uma.rhodes@riverbend.example',NULL);
INSERT INTO member_history VALUES(X'01a22ded37817e70b10e555b8178602f',X'01a22ded3781769184d90d2d7b998e9a',2,'verified',1796066850689258,X'01a22ded37817d42b3bc4c863ee5cf91','lena.ortiz@riverbend.example',NULL);
INSERT INTO member_history VALUES(X'01a22ded37817ea0a53a4ca4b812620f',X'01a22ded378171b19aa6795b4b823339',1,'registered',1796066850689258,X'01a22ded378175bc96b5382b95318ebc','victor.lane@riverbend.example',NULL);
INSERT INTO member_history VALUES(X'01a22ded37817575bc26b9ae69764811',X'01a22ded3781702c8830e2f658a0deb9',1,'registered',1796066850689258,X'01a22ded3781712caf0f3d27556b068d','dana.cole@riverbend.example',NULL);
INSERT INTO member_history VALUES(X'01a22ded378177c09081a40fca18f6bc',X'01a22ded3781702c8830e2f658a0deb9',2,'disabled',1796066850689258,X'01a22ded37817d42b3bc4c863ee5cf91','lena.ortiz@riverbend.example','Left the practice.');
INSERT INTO member_history VALUES(X'01a22ded37817f6191ea132b54211559',X'01a22ded378178b1980a83bfa30b45cf',1,'registered',1796066850689258,X'01a22ded378171969593e57cfa5eace6','carol.jennings@ozark.example',NULL);
INSERT INTO member_history VALUES(X'01a2aeac4f2e7a3fb0daf8d22c274c58',X'01a2aeac4f2e78c5a29fd33eed208eb9',1,'registered',1798226857774492,X'01a2aeac4f2e7872bc38a4c75ae6e314','ann.lee@riverbend.example',NULL);
CREATE TABLE invitations (
    id BLOB NOT NULL CONSTRAINT invitations_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT invitations_organization_fkey REFERENCES organizations (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    role TEXT NOT NULL CONSTRAINT invitations_role_check CHECK (role IN ('organization_administrator', 'ca_admin_manager', 'credentialing_agent', 'account_user')),
    permissions TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT invitations_status_check CHECK (status IN ('pending', 'accepted', 'cancelled', 'superseded')),
    created_by BLOB NOT NULL CONSTRAINT invitations_created_by_fkey REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER,
    accepted_by BLOB CONSTRAINT invitations_accepted_by_fkey REFERENCES users (id),
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE one_time_tokens (
    purpose TEXT NOT NULL CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('invitation', 'registration', 'password_reset', 'enable_user')),
    token_hash BLOB NOT NULL,
    user_id BLOB CONSTRAINT one_time_tokens_user_fkey REFERENCES users (id),
    membership_id BLOB CONSTRAINT one_time_tokens_membership_fkey REFERENCES memberships (id),
    invitation_id BLOB CONSTRAINT one_time_tokens_invitation_fkey REFERENCES invitations (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER,
    superseded_at INTEGER,
    CONSTRAINT one_time_tokens_pkey PRIMARY KEY (purpose, token_hash)
) STRICT;
INSERT INTO one_time_tokens VALUES('password_reset',X'311eaeebc816a61a0606377ef96822d17b4e1dfedc40ea9b11a3f2b60b2ff94d',X'01a22ded3781727a942aaac8efed5cf3',NULL,NULL,1798226857769026,1798230457769026,NULL,NULL);
INSERT INTO one_time_tokens VALUES('enable_user',X'7c74d38765f458eafaaf2138d7c749529c2907f4090c21854e07d4f2a43a93f5',X'01a2aeac4f2e7872bc38a4c75ae6e314',X'01a2aeac4f2e78c5a29fd33eed208eb9',NULL,1798226857774492,1798486057774492,NULL,NULL);
CREATE TABLE invite_list_entries (
    id BLOB NOT NULL CONSTRAINT invite_list_entries_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT invite_list_entries_organization_fkey REFERENCES organizations (id),
    created_by BLOB NOT NULL CONSTRAINT invite_list_entries_created_by_fkey REFERENCES users (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    zip TEXT NOT NULL,
    role TEXT NOT NULL CONSTRAINT invite_list_entries_role_check CHECK (role IN ('organization_administrator', 'account_user')),
    permissions TEXT NOT NULL,
    failure TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT invite_list_entries_email_key UNIQUE (organization_id, created_by, email_key)
) STRICT;
CREATE TABLE self_service_requests (
    id BLOB NOT NULL CONSTRAINT self_service_requests_pkey PRIMARY KEY,
    kind TEXT NOT NULL CONSTRAINT self_service_requests_kind_check CHECK (kind IN ('registration', 'password_reset', 'access_request')),
    content_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    set_aside_at INTEGER
) STRICT;
CREATE TABLE outbox_mails (
    id BLOB NOT NULL CONSTRAINT outbox_mails_pkey PRIMARY KEY,
    dedupe_key TEXT NOT NULL,
    template TEXT NOT NULL,
    recipient TEXT NOT NULL,
    organization_id BLOB CONSTRAINT outbox_mails_organization_fkey REFERENCES organizations (id),
    content_sealed BLOB,
    status TEXT NOT NULL CONSTRAINT outbox_mails_status_check CHECK (status IN ('queued', 'sent', 'dead')),
    not_before INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_until INTEGER,
    claim_id BLOB,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT outbox_mails_dedupe_key UNIQUE (dedupe_key)
) STRICT;
INSERT INTO outbox_mails VALUES(X'01a2aeac4f297124bb938ae00b7d7c88','password_reset:usr_01m8pytdw1e9x98anas3qytq7k:mai_01maqarks9fn1aer26m0g78jma','password_reset','debi.henderson@bluegrass.example',NULL,NULL,'sent',1796066857769030,1,NULL,NULL,NULL,1798226857769026,1796066857781671,3);
INSERT INTO outbox_mails VALUES(X'01a2aeac4f2e76a6922cf61ee9535ef4','new_registration:mbr_01maqarksef32t57yk7vpj13ns:usr_01m8pytdw1fn1b7f2cgrzebkwh','new_registration','lena.ortiz@riverbend.example',X'01a22ded37817e96859745a1d8476d22',NULL,'sent',1796066857774494,1,NULL,NULL,NULL,1798226857774492,1796066857783168,3);
CREATE TABLE mfa_methods (
    id BLOB NOT NULL CONSTRAINT mfa_methods_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT mfa_methods_user_fkey REFERENCES users (id),
    kind TEXT NOT NULL CONSTRAINT mfa_methods_kind_check CHECK (kind IN ('okta_verify', 'symantec_vip')),
    secret_sealed BLOB NOT NULL,
    registered_at INTEGER,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL CONSTRAINT recovery_codes_user_fkey REFERENCES users (id),
    code_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
) STRICT;
CREATE TABLE mfa_challenges (
    token_hash BLOB NOT NULL CONSTRAINT mfa_challenges_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT mfa_challenges_user_fkey REFERENCES users (id),
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER
) STRICT;
CREATE TABLE attempt_counters (
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_failed_at INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    CONSTRAINT attempt_counters_pkey PRIMARY KEY (subject)
) STRICT;
INSERT INTO attempt_counters VALUES('password_reset|usr_01m8pytdw1e9x98anas3qytq7k',1,1796066857769030,1796070457769030);
CREATE TABLE trusted_devices (
    token_hash BLOB NOT NULL CONSTRAINT trusted_devices_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT trusted_devices_user_fkey REFERENCES users (id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT;
CREATE TABLE provider_records (
    id BLOB NOT NULL CONSTRAINT provider_records_pkey PRIMARY KEY,
    plan TEXT NOT NULL CONSTRAINT provider_records_plan_check CHECK (plan IN ('ky', 'cca', 'ahw', 'lhcc')),
    provider_id TEXT NOT NULL,
    provider_id_key TEXT NOT NULL,
    provider_type TEXT NOT NULL CONSTRAINT provider_records_provider_type_check CHECK (provider_type IN ('practitioner', 'group')),
    first_name TEXT,
    last_name TEXT,
    group_name TEXT,
    tax_id_sealed BLOB NOT NULL,
    tax_id_index BLOB NOT NULL,
    organization_id BLOB CONSTRAINT provider_records_organization_fkey REFERENCES organizations (id),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT provider_records_provider_id_key UNIQUE (plan, provider_id_key)
) STRICT;
INSERT INTO provider_records VALUES(X'01a22ded378173c1b54dfb41fe3fd2b1','cca','CCA100234','cca100234','practitioner','Amara','Whitfield',NULL,X'01000000015f79c31aec553d23f9580352118eb3739ae2275b28a3473f5405cbaba189e62a88d88a94eae2351060a55666b39710ba2b',X'32b407bcd2accccc0afe38dc91374b6e',NULL,1796066850689258,1);
INSERT INTO provider_records VALUES(X'01a22ded37817687a01749d48d161505','cca','CCA200417','cca200417','group',NULL,NULL,'Harborlight Primary Care',X'01000000017ac4e52c5cab6a3d8f882801089fa0b0d8467cd603d12b4f10369d3a9e1b66c2afdb6d0a014a3634e4d4751965f06b36c1',X'65c1fc6c09ab94efdf74e895ba3d7090',NULL,1796066850689258,1);
INSERT INTO provider_records VALUES(X'01a22ded378178d190cacc1ae9e457d6','cca','CCA200418','cca200418','practitioner','Noor','Haddad',NULL,X'0100000001f16f4b39a7cef0862af64d2d52a2f20ebd5cf3eace3bdd900e134cbb49dfa05f3e6f60b0234106211504b1c04bc6ca3613',X'65c1fc6c09ab94efdf74e895ba3d7090',NULL,1796066850689258,1);
INSERT INTO provider_records VALUES(X'01a22ded37817ff3b9cefef449d64d14','cca','CCA300512','cca300512','group',NULL,NULL,'Seaglass Physical Therapy',X'0100000001ff176ef35fadd32da04d8026c6ee6e22aa51c8db76e005404b69cae5f8878a2bb65cbe5ebbfc42debbbdee9fde697fd3fe',X'3d99036f5532fb73c849f42439ca792f',X'01a22ded3781753ea697a5bf0a40bead',1796066850689258,1);
CREATE TABLE provider_record_addresses (
    provider_record_id BLOB NOT NULL CONSTRAINT provider_record_addresses_record_fkey REFERENCES provider_records (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT provider_record_addresses_kind_check CHECK (kind IN ('remittance', 'practice', 'other')),
    zip TEXT NOT NULL,
    on_letter INTEGER NOT NULL,
    CONSTRAINT provider_record_addresses_pkey PRIMARY KEY (provider_record_id, position)
) STRICT;
INSERT INTO provider_record_addresses VALUES(X'01a22ded378173c1b54dfb41fe3fd2b1',0,'remittance','02108',1);
INSERT INTO provider_record_addresses VALUES(X'01a22ded378173c1b54dfb41fe3fd2b1',1,'practice','02139-4307',0);
INSERT INTO provider_record_addresses VALUES(X'01a22ded378173c1b54dfb41fe3fd2b1',2,'other','01060',0);
INSERT INTO provider_record_addresses VALUES(X'01a22ded37817687a01749d48d161505',0,'remittance','02210',1);
INSERT INTO provider_record_addresses VALUES(X'01a22ded37817687a01749d48d161505',1,'practice','02128',0);
INSERT INTO provider_record_addresses VALUES(X'01a22ded37817687a01749d48d161505',2,'other','02467',0);
INSERT INTO provider_record_addresses VALUES(X'01a22ded378178d190cacc1ae9e457d6',0,'practice','02128',1);
INSERT INTO provider_record_addresses VALUES(X'01a22ded37817ff3b9cefef449d64d14',0,'remittance','01930',1);
INSERT INTO provider_record_addresses VALUES(X'01a22ded37817ff3b9cefef449d64d14',1,'practice','01915',0);
INSERT INTO provider_record_addresses VALUES(X'01a22ded37817ff3b9cefef449d64d14',2,'other','01944',0);
CREATE TABLE provider_associations (
    id BLOB NOT NULL CONSTRAINT provider_associations_pkey PRIMARY KEY,
    user_id BLOB NOT NULL CONSTRAINT provider_associations_user_fkey REFERENCES users (id),
    provider_record_id BLOB NOT NULL CONSTRAINT provider_associations_record_fkey REFERENCES provider_records (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    consumed_at INTEGER
) STRICT;
CREATE TABLE agreement_acceptances (
    organization_id BLOB NOT NULL CONSTRAINT agreement_acceptances_organization_fkey REFERENCES organizations (id),
    user_id BLOB NOT NULL CONSTRAINT agreement_acceptances_user_fkey REFERENCES users (id),
    agreement_version TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    CONSTRAINT agreement_acceptances_pkey PRIMARY KEY (organization_id, user_id, agreement_version)
) STRICT;
CREATE TABLE access_requests (
    id BLOB NOT NULL CONSTRAINT access_requests_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT access_requests_organization_fkey REFERENCES organizations (id),
    user_id BLOB NOT NULL CONSTRAINT access_requests_user_fkey REFERENCES users (id),
    message TEXT,
    status TEXT NOT NULL CONSTRAINT access_requests_status_check CHECK (status IN ('open', 'answered')),
    created_at INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE TABLE job_leases (
    name TEXT NOT NULL CONSTRAINT job_leases_pkey PRIMARY KEY,
    holder BLOB NOT NULL,
    term INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO job_leases VALUES('application_inactivity',X'01a2cd92774c7729a309fb1621a7feb6',4,1796066857808660);
INSERT INTO job_leases VALUES('member_inactivity',X'01a2cd9277497b0e9c2720e520161c68',1,1796066857804272);
CREATE TABLE job_runs (
    id BLOB NOT NULL CONSTRAINT job_runs_pkey PRIMARY KEY,
    name TEXT NOT NULL,
    trigger TEXT NOT NULL CONSTRAINT job_runs_trigger_check CHECK (trigger IN ('schedule', 'operator', 'command_line', 'sandbox')),
    dry_run INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT NOT NULL
) STRICT;
INSERT INTO job_runs VALUES(X'01a23313aef37c2eae2a1c52f859aa43','application_inactivity','sandbox',0,1796153257715713,1796153257721148,'{"first_warnings":1,"held_back":0,"second_warnings":1,"withdrawn":0}');
INSERT INTO job_runs VALUES(X'01a2aeac4f267df0968b857907f68f2a','application_inactivity','sandbox',0,1798226857766872,1798226857781836,'{"first_warnings":0,"held_back":0,"second_warnings":0,"withdrawn":1}');
INSERT INTO job_runs VALUES(X'01a2c345bf407655a150afd99f1bf41e','application_inactivity','sandbox',0,1798572457792910,1798572457798401,'{"first_warnings":0,"held_back":0,"second_warnings":1,"withdrawn":0}');
INSERT INTO job_runs VALUES(X'01a2cd92774972519c88ee38c8eadfab','member_inactivity','sandbox',0,1798745257801603,1798745257803762,'{"disabled":0,"held_back":0,"locked":0}');
INSERT INTO job_runs VALUES(X'01a2cd92774c74928c4b09817f0178ce','application_inactivity','sandbox',0,1798745257804750,1798745257808168,'{"first_warnings":0,"held_back":0,"second_warnings":0,"withdrawn":0}');
CREATE TABLE medicaid_id_npis (
    medicaid_id_id BLOB NOT NULL CONSTRAINT medicaid_id_npis_medicaid_id_fkey REFERENCES medicaid_ids (id),
    npi TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    CONSTRAINT medicaid_id_npis_pkey PRIMARY KEY (medicaid_id_id, npi)
) STRICT;
INSERT INTO medicaid_id_npis VALUES(X'01a22ded378173d6ac4bb78ac28c5938','1245319599',1);
INSERT INTO medicaid_id_npis VALUES(X'01a22ded37817832991d14d8a531eabf','1245319599',1);
INSERT INTO medicaid_id_npis VALUES(X'01a22ded37817c4f91e97fe17766a7fb','1234567890',1);
INSERT INTO medicaid_id_npis VALUES(X'01a22ded378170c6a37e2857e1c5c4aa','147852360',1);
INSERT INTO medicaid_id_npis VALUES(X'01a22ded3781745c8b7f6a2b676376b1','369852147',1);
INSERT INTO medicaid_id_npis VALUES(X'01a22ded37817f3e8889f6d1419838e1','258963147',1);
INSERT INTO medicaid_id_npis VALUES(X'01a22ded37817ae596cea8b064a07ed2','1700126125',1);
CREATE TABLE group_links (
    medicaid_id_id BLOB NOT NULL CONSTRAINT group_links_medicaid_id_fkey REFERENCES medicaid_ids (id),
    group_medicaid_id_id BLOB NOT NULL CONSTRAINT group_links_group_medicaid_id_fkey REFERENCES medicaid_ids (id),
    effective_date TEXT NOT NULL,
    end_date TEXT,
    CONSTRAINT group_links_pkey PRIMARY KEY (medicaid_id_id, group_medicaid_id_id, effective_date)
) STRICT;
INSERT INTO group_links VALUES(X'01a22ded37817c4f91e97fe17766a7fb',X'01a22ded378173d6ac4bb78ac28c5938','2018-01-01',NULL);
INSERT INTO group_links VALUES(X'01a22ded378170c6a37e2857e1c5c4aa',X'01a22ded378173d6ac4bb78ac28c5938','2018-01-01',NULL);
INSERT INTO group_links VALUES(X'01a22ded3781745c8b7f6a2b676376b1',X'01a22ded378173d6ac4bb78ac28c5938','2018-01-01',NULL);
INSERT INTO group_links VALUES(X'01a22ded37817f3e8889f6d1419838e1',X'01a22ded378173d6ac4bb78ac28c5938','2018-01-01',NULL);
INSERT INTO group_links VALUES(X'01a22ded37817ae596cea8b064a07ed2',X'01a22ded378173d6ac4bb78ac28c5938','2018-01-01',NULL);
CREATE TABLE agent_access (
    organization_id BLOB NOT NULL CONSTRAINT agent_access_organization_fkey REFERENCES organizations (id),
    medicaid_id_id BLOB NOT NULL CONSTRAINT agent_access_medicaid_id_fkey REFERENCES medicaid_ids (id),
    state TEXT NOT NULL CONSTRAINT agent_access_state_check CHECK (state IN ('granted', 'removed')),
    changed_by BLOB CONSTRAINT agent_access_changed_by_fkey REFERENCES users (id),
    changed_by_name TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT agent_access_pkey PRIMARY KEY (organization_id, medicaid_id_id)
) STRICT;
INSERT INTO agent_access VALUES(X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817c4f91e97fe17766a7fb','granted',X'01a22ded3781727a942aaac8efed5cf3','Debi Henderson',1796066850689258,1);
INSERT INTO agent_access VALUES(X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded378170c6a37e2857e1c5c4aa','granted',X'01a22ded3781727a942aaac8efed5cf3','Debi Henderson',1796066850689258,1);
INSERT INTO agent_access VALUES(X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded3781745c8b7f6a2b676376b1','granted',X'01a22ded3781727a942aaac8efed5cf3','Debi Henderson',1796066850689258,1);
INSERT INTO agent_access VALUES(X'01a22ded378174e0ae0d9b0d3471bff0',X'01a22ded37817f3e8889f6d1419838e1','granted',X'01a22ded3781727a942aaac8efed5cf3','Debi Henderson',1796066850689258,1);
CREATE TABLE application_screens (
    application_id BLOB NOT NULL CONSTRAINT application_screens_application_fkey REFERENCES applications (id),
    screen TEXT NOT NULL,
    data TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    saved_by_name TEXT NOT NULL,
    CONSTRAINT application_screens_pkey PRIMARY KEY (application_id, screen)
) STRICT;
CREATE TABLE number_sequences (
    name TEXT NOT NULL CONSTRAINT number_sequences_pkey PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT;
CREATE TABLE documents (
    id BLOB NOT NULL CONSTRAINT documents_pkey PRIMARY KEY,
    application_id BLOB NOT NULL CONSTRAINT documents_application_fkey REFERENCES applications (id),
    document_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    uploaded_by BLOB NOT NULL CONSTRAINT documents_uploaded_by_fkey REFERENCES users (id),
    uploaded_by_name TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    removed_at INTEGER,
    removed_by_name TEXT
) STRICT;
CREATE TABLE document_contents (
    document_id BLOB NOT NULL CONSTRAINT document_contents_pkey PRIMARY KEY CONSTRAINT document_contents_document_fkey REFERENCES documents (id),
    content BLOB NOT NULL
) STRICT;
CREATE TABLE correspondence (
    id BLOB NOT NULL CONSTRAINT correspondence_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT correspondence_organization_fkey REFERENCES organizations (id),
    application_id BLOB NOT NULL CONSTRAINT correspondence_application_fkey REFERENCES applications (id),
    medicaid_id_id BLOB CONSTRAINT correspondence_medicaid_id_fkey REFERENCES medicaid_ids (id),
    direction TEXT NOT NULL CONSTRAINT correspondence_direction_check CHECK (direction IN ('to_provider', 'to_department')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE TABLE calendar_feeds (
    id BLOB NOT NULL CONSTRAINT calendar_feeds_pkey PRIMARY KEY,
    organization_id BLOB NOT NULL CONSTRAINT calendar_feeds_organization_fkey REFERENCES organizations (id),
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    created_by BLOB NOT NULL CONSTRAINT calendar_feeds_created_by_fkey REFERENCES users (id),
    created_by_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT calendar_feeds_token_hash_key UNIQUE (token_hash)
) STRICT;
CREATE TABLE caller_verifications (
    id BLOB NOT NULL CONSTRAINT caller_verifications_pkey PRIMARY KEY,
    staff_user_id BLOB NOT NULL CONSTRAINT caller_verifications_staff_fkey REFERENCES users (id),
    medicaid_id_id BLOB CONSTRAINT caller_verifications_medicaid_id_fkey REFERENCES medicaid_ids (id),
    verified INTEGER NOT NULL,
    verified_at INTEGER NOT NULL
) STRICT;
CREATE INDEX organizations_name_idx ON organizations (name_key, id);
CREATE INDEX memberships_user_idx ON memberships (user_id);
CREATE INDEX medicaid_ids_owning_organization_idx ON medicaid_ids (owning_organization_id, category, status);
CREATE INDEX medicaid_ids_ssn_idx ON medicaid_ids (ssn_index);
CREATE INDEX applications_assigned_to_idx ON applications (assigned_to, organization_id, date_of_initiation, application_number);
CREATE INDEX applications_organization_idx ON applications (organization_id, status, assigned_to, application_type);
CREATE INDEX applications_initiated_by_idx ON applications (initiated_by);
CREATE INDEX reassignments_organization_idx ON reassignments (organization_id, created_at, id);
CREATE INDEX reassignments_from_membership_idx ON reassignments (from_membership_id);
CREATE INDEX reassignments_to_membership_idx ON reassignments (to_membership_id);
CREATE INDEX reassignments_created_by_idx ON reassignments (created_by);
CREATE INDEX reassignment_items_application_idx ON reassignment_items (application_id);
CREATE INDEX application_history_actor_idx ON application_history (actor_user_id);
CREATE INDEX application_history_reassignment_idx ON application_history (reassignment_id);
CREATE INDEX notifications_recipient_idx ON notifications (recipient_user_id, created_at, id);
CREATE INDEX notifications_organization_idx ON notifications (organization_id);
CREATE INDEX notifications_application_idx ON notifications (application_id);
CREATE INDEX notifications_reassignment_idx ON notifications (reassignment_id);
CREATE INDEX audit_events_organization_idx ON audit_events (organization_id, sequence);
CREATE INDEX audit_events_actor_idx ON audit_events (actor_user_id);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);
CREATE INDEX memberships_status_idx ON memberships (status, organization_id);
CREATE INDEX sessions_user_idx ON sessions (user_id, started_at);
CREATE INDEX sessions_active_membership_idx ON sessions (active_membership_id);
CREATE INDEX member_history_actor_idx ON member_history (actor_user_id);
CREATE UNIQUE INDEX invitations_pending_key ON invitations (organization_id, email_key, role) WHERE status = 'pending';
CREATE INDEX invitations_organization_idx ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_created_by_idx ON invitations (created_by);
CREATE INDEX invitations_accepted_by_idx ON invitations (accepted_by);
CREATE INDEX one_time_tokens_user_idx ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_membership_idx ON one_time_tokens (membership_id, purpose);
CREATE INDEX one_time_tokens_invitation_idx ON one_time_tokens (invitation_id);
CREATE INDEX invite_list_entries_created_by_idx ON invite_list_entries (created_by);
CREATE INDEX self_service_requests_due_idx ON self_service_requests (not_before, id);
CREATE INDEX outbox_mails_status_idx ON outbox_mails (status, not_before);
CREATE INDEX outbox_mails_organization_idx ON outbox_mails (organization_id);
CREATE INDEX mfa_methods_user_idx ON mfa_methods (user_id, registered_at);
CREATE INDEX mfa_challenges_user_idx ON mfa_challenges (user_id);
CREATE INDEX attempt_counters_last_failed_idx ON attempt_counters (last_failed_at);
CREATE INDEX trusted_devices_user_idx ON trusted_devices (user_id, last_used_at);
CREATE INDEX provider_records_organization_idx ON provider_records (organization_id);
CREATE INDEX provider_records_tax_id_idx ON provider_records (plan, tax_id_index);
CREATE INDEX provider_associations_user_idx ON provider_associations (user_id);
CREATE INDEX provider_associations_record_idx ON provider_associations (provider_record_id);
CREATE INDEX agreement_acceptances_user_idx ON agreement_acceptances (user_id);
CREATE UNIQUE INDEX access_requests_open_key ON access_requests (organization_id, user_id) WHERE status = 'open';
CREATE INDEX access_requests_organization_idx ON access_requests (organization_id, created_at, id);
CREATE INDEX access_requests_user_idx ON access_requests (user_id);
CREATE INDEX job_runs_name_idx ON job_runs (name, started_at, id);
CREATE INDEX job_runs_started_idx ON job_runs (started_at, id);
CREATE INDEX medicaid_ids_revalidation_due_idx ON medicaid_ids (revalidation_due_on, id);
CREATE INDEX medicaid_id_npis_npi_idx ON medicaid_id_npis (npi);
CREATE UNIQUE INDEX group_links_open_key ON group_links (medicaid_id_id, group_medicaid_id_id) WHERE end_date IS NULL;
CREATE INDEX group_links_group_medicaid_id_idx ON group_links (group_medicaid_id_id);
CREATE INDEX agent_access_medicaid_id_idx ON agent_access (medicaid_id_id);
CREATE INDEX agent_access_changed_by_idx ON agent_access (changed_by);
CREATE INDEX applications_reassignment_idx ON applications (reassignment_id);
CREATE INDEX applications_last_activity_idx ON applications (status, last_activity_at, id);
CREATE INDEX applications_medicaid_id_idx ON applications (medicaid_id, organization_id);
CREATE UNIQUE INDEX applications_open_revalidation_key ON applications (medicaid_id)
    WHERE application_type = 'revalidation' AND status IN ('in_progress', 'submitted', 'returned_to_provider', 'dms_review_in_progress');
CREATE INDEX documents_application_idx ON documents (application_id, id);
CREATE INDEX documents_uploaded_by_idx ON documents (uploaded_by);
CREATE UNIQUE INDEX notifications_dedupe_key ON notifications (dedupe_key);
CREATE INDEX correspondence_organization_idx ON correspondence (organization_id, id);
CREATE INDEX correspondence_application_idx ON correspondence (application_id, id);
CREATE INDEX correspondence_medicaid_id_idx ON correspondence (medicaid_id_id, id);
CREATE INDEX calendar_feeds_organization_idx ON calendar_feeds (organization_id, id);
CREATE INDEX calendar_feeds_created_by_idx ON calendar_feeds (created_by);
CREATE INDEX caller_verifications_staff_idx ON caller_verifications (staff_user_id, id);
CREATE INDEX caller_verifications_medicaid_id_idx ON caller_verifications (medicaid_id_id);
COMMIT;
