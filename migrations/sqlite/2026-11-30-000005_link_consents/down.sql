DROP TABLE link_consents;
