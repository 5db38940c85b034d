"""What the database itself sees to: the trail only grows, every record waits for its link, and only what is
older than five years leaves, by one function, from the front."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION desk_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('desk.audit_prune', true) = 'on' THEN RETURN OLD; END IF;
    IF TG_OP = 'TRUNCATE' AND current_setting('desk.audit_flush', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'the audit trail is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
QUEUE = """
CREATE FUNCTION desk_audit_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO desk_auditpending (record_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER desk_audit_queue AFTER INSERT ON desk_auditrecord FOR EACH ROW EXECUTE FUNCTION desk_audit_queue();
"""
PRUNE = """
CREATE FUNCTION desk_audit_prune(up_to bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE gone bigint;
BEGIN
    IF EXISTS (
        SELECT 1 FROM desk_auditlink link JOIN desk_auditrecord record ON record.id = link.record_id
        WHERE link.sequence <= up_to AND record.at > now() - interval '5 years'
    ) THEN
        RAISE EXCEPTION 'the audit trail is kept for 5 years' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('desk.audit_prune', 'on', true);
    DELETE FROM desk_auditrecord USING desk_auditlink link
        WHERE link.record_id = desk_auditrecord.id AND link.sequence <= up_to;
    DELETE FROM desk_auditlink WHERE sequence <= up_to;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('desk.audit_prune', 'off', true);
    RETURN gone;
END $$;
"""
GUARD = """
CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION desk_audit_refuse();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION desk_audit_refuse();
"""
UNGUARD = "DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_stays ON {table};"


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_audit")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION desk_audit_refuse"),
        migrations.RunSQL(
            QUEUE, "DROP TRIGGER desk_audit_queue ON desk_auditrecord; DROP FUNCTION desk_audit_queue"
        ),
        migrations.RunSQL(PRUNE, "DROP FUNCTION desk_audit_prune"),
        *(
            migrations.RunSQL(GUARD.format(table=table), UNGUARD.format(table=table))
            for table in ("desk_auditrecord", "desk_auditlink")
        ),
    ]
