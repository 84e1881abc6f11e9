using HybridStore.Schema;
using static HybridStore.SqlText;

namespace HybridStore.Hot;

/// <summary>SQL for summary tables: one a summary, range-partitioned by date like the table that it sums up.</summary>
/// <remarks>Postgres' own materialized views are computed as a whole or not at all; these are computed for the days that changed.</remarks>
internal static class HotSummarySql
{
    internal const string CreateBooks =
        """
        create table hybrid.summaries (
            name text collate "C" primary key,
            dataset text collate "C" not null,
            sql text not null,
            relation bigint not null);
        create table hybrid.summary_days (
            name text collate "C" not null,
            date date not null,
            leaf text not null,
            content text not null,
            rows bigint not null,
            computed_at timestamptz not null,
            primary key (name, date));
        """;

    internal const string ReadOfDataset = "select name, sql from hybrid.summaries where dataset = $1 order by name";

    internal const string Find = "select dataset, sql, relation from hybrid.summaries where name = $1";

    internal const string Put =
        """
        insert into hybrid.summaries values ($1, $2, $3, $4)
        on conflict (name) do update set dataset = excluded.dataset, sql = excluded.sql, relation = excluded.relation
        """;

    internal const string Delete = "delete from hybrid.summaries where name = $1";

    internal const string DeleteDays = "delete from hybrid.summary_days where name = $1";

    internal const string DeleteDay = "delete from hybrid.summary_days where name = $1 and date = $2";

    /// <summary>All days are to be computed again.</summary>
    internal const string Outdate = "update hybrid.summary_days set content = '' where name = $1";

    /// <summary>
    /// A dataset's summaries are to be looked at again, as if they were declared otherwise: a blank more is another text and the same SQL.
    /// </summary>
    internal const string Redeclare = "update hybrid.summaries set sql = sql || ' ' where dataset = $1";

    internal const string PutDay =
        """
        insert into hybrid.summary_days values ($1, $2, $3, $4, $5, now())
        on conflict (name, date) do update set leaf = excluded.leaf, content = excluded.content, rows = excluded.rows, computed_at = excluded.computed_at
        """;

    /// <summary>What stands in a day, whatever files it came from: another text means other rows.</summary>
    private const string Contents =
        """
        select s.date, md5(string_agg(concat_ws(chr(31), s.symbol, s.rows, s.checksum), chr(30) order by s.symbol)) as content
        from hybrid.symbol_days s join hybrid.days d using (dataset, date) join hybrid.datasets t using (dataset)
        where s.dataset = $1 and exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = t.relation::oid and c.relname = d.leaf)
        """;

    /// <summary>A summary's days that are there.</summary>
    private const string Computed =
        """
        select s.date, s.leaf, s.content from hybrid.summary_days s
        where s.name = $2 and exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relname = s.leaf)
        """;

    /// <summary>Days whose summary is missing, of other rows, or of no rows any more.</summary>
    internal const string ReadStaleDays = $"select coalesce(h.date, c.date) from ({Contents} group by s.date) h full join ({Computed}) c on c.date = h.date where h.content is distinct from c.content order by 1";

    /// <summary>One day: what stands in it, its summary's table, and of what that was computed.</summary>
    internal const string ReadDay = $"select h.content, c.leaf, c.content from (select $3::date as date) d left join ({Contents} group by s.date) h on h.date = d.date left join ({Computed}) c on c.date = d.date";

    internal const string Probe = "probe";

    private const string ProbeRows = "hybrid.probe_rows";

    /// <summary>A view of the summary over a table without rows, to see whether it is valid and what columns it has.</summary>
    internal static string CreateProbe(HotLayout layout, string sql) =>
        $"create table {ProbeRows} (like {HotTableSql.Qualified(layout.Table)}); create view hybrid.{Probe} as {Over(layout, $"select * from {ProbeRows}", sql)}";

    internal const string DropProbe = $"drop view hybrid.{Probe}; drop table {ProbeRows}";

    internal const string ReadProbe = "select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'hybrid.probe'::regclass and attnum > 0 order by attnum";

    /// <summary>Whether the summary reads the whole hot table, or one of its days, by a qualified name.</summary>
    internal const string ReadsTheTableItself =
        """
        select count(*) from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        where r.ev_class = 'hybrid.probe'::regclass and d.refclassid = 'pg_class'::regclass
            and (d.refobjid = $1::oid or d.refobjid in (select inhrelid from pg_inherits where inhparent = $1::oid))
        """;

    internal static string CreateTable(HotLayout layout, string name) =>
        $"create table {HotTableSql.Qualified(name)} (like hybrid.{Probe}) partition by range ({Identifier(Dataset.DateColumn)}); "
        + $"comment on table {HotTableSql.Qualified(name)} is {Literal($"Filled by hybrid: a summary of {layout.Table}, declared in hybrid.json and computed by day.")}";

    internal static string CreateLeaf(string name, string leaf) => $"create table {HotTableSql.Qualified(leaf)} (like {HotTableSql.Qualified(name)})";

    internal static string Empty(string leaf) => $"delete from {HotTableSql.Qualified(leaf)}";

    internal static string Fill(HotLayout layout, string leaf, string sql, DateOnly date) =>
        $"insert into {HotTableSql.Qualified(leaf)} "
        + Over(layout, $"select * from {HotTableSql.Qualified(layout.Table)} where {Identifier(Dataset.DateColumn)} = '{date:O}'", sql);

    /// <summary>The user's SELECT with the dataset's name standing for some of its rows. It begins and ends on lines of its own, for the sake of comments.</summary>
    private static string Over(HotLayout layout, string rows, string sql) =>
        $"with {Identifier(layout.Table)} as ({rows}) select * from (\n{sql.Trim().TrimEnd(';')}\n) as summary";
}
