DROP TABLE read_events;
