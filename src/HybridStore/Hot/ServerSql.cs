namespace HybridStore.Hot;

/// <summary>What a server is asked about itself.</summary>
internal static class ServerSql
{
    /// <summary>How many more connections this user can have to this database; everybody's sessions are counted, as everybody may.</summary>
    internal const string FreeConnections =
        """
        select least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0) - count(*),
            (select d.datconnlimit from pg_database d where d.datname = current_database() and d.datconnlimit >= 0) - count(*) filter (where a.datname = current_database()),
            (select r.rolconnlimit from pg_roles r where r.rolname = session_user and r.rolconnlimit >= 0) - count(*) filter (where a.usename = session_user))::int
        from pg_stat_activity a where a.usesysid is not null
        """;

    /// <summary>Whether new tables are heaps of UTF-8 that need no log, and how their pages are: bytes, version, checksums, bytes of a file.</summary>
    internal const string PageFormat =
        """
        select current_setting('wal_level') = 'minimal' and current_setting('default_table_access_method') = 'heap' and getdatabaseencoding() = 'UTF8', current_setting('block_size')::int,
            current_setting('server_version_num')::int, current_setting('data_checksums')::bool, pg_size_bytes(current_setting('segment_size'))
        """;

    /// <summary>Local time minus UTC in a zone ($1), hour by hour from an instant ($2) on, so many ($3), in microseconds.</summary>
    internal const string ZoneOffsets =
        """
        select (extract(epoch from (t at time zone $1) - (t at time zone 'UTC')) * 1000000)::bigint
        from generate_series($2, $2 + ($3 - 1) * interval '1 hour', interval '1 hour') as hours(t) order by t
        """;

    internal static string DatabaseExists(string name) => $"select 1 from pg_database where datname = {SqlText.Literal(name)}";

    internal static string CreateDatabase(string name) => $"create database {SqlText.Identifier(name)}";
}
