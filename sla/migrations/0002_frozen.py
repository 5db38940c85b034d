"""What is frozen or published stays as it is, whoever writes to the database."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION sla_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % is settled and does not change', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- The parent's row is locked, so that a version cannot be settled while a child is being written.
CREATE FUNCTION sla_refuse_frozen_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent bigint;
    settled timestamptz;
BEGIN
    FOREACH parent IN ARRAY ARRAY[OLD.version_id, NEW.version_id] LOOP
        EXECUTE format('SELECT %I FROM %I WHERE id = $1 FOR SHARE', TG_ARGV[1], TG_ARGV[0])
            INTO settled USING parent;
        IF settled IS NOT NULL THEN
            RAISE EXCEPTION '% of settled % %: does not change', TG_TABLE_NAME, TG_ARGV[0], parent
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON sla_calendarversion
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION sla_refuse_frozen();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON sla_policyversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION sla_refuse_frozen();
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON sla_calendarday
    FOR EACH ROW EXECUTE FUNCTION sla_refuse_frozen_parent('sla_calendarversion', 'frozen_at');
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON sla_target
    FOR EACH ROW EXECUTE FUNCTION sla_refuse_frozen_parent('sla_policyversion', 'published_at');
CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON sla_echelon
    FOR EACH ROW EXECUTE FUNCTION sla_refuse_frozen_parent('sla_policyversion', 'published_at');
"""

NO_GUARDS = """
DROP TRIGGER frozen ON sla_calendarversion;
DROP TRIGGER frozen ON sla_policyversion;
DROP TRIGGER frozen ON sla_calendarday;
DROP TRIGGER frozen ON sla_target;
DROP TRIGGER frozen ON sla_echelon;
DROP FUNCTION sla_refuse_frozen;
DROP FUNCTION sla_refuse_frozen_parent;
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, NO_GUARDS)]
