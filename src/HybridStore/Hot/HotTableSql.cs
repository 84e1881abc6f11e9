using HybridStore.Schema;
using static HybridStore.SqlText;

namespace HybridStore.Hot;

/// <summary>SQL for the hot tables themselves.</summary>
internal static class HotTableSql
{
    internal const string ServerVersion = "select current_setting('server_version_num')::int, current_setting('server_version')";

    /// <summary>For the index of a day of some millions of rows, which is sorted in memory then, in three quarters of the time; by one process when days are indexed side by side.</summary>
    internal const string SortInMemory = "select set_config('maintenance_work_mem', greatest(pg_size_bytes(current_setting('maintenance_work_mem')), 256 << 20) / 1024 || 'kB', true)";

    internal const string SortAlone = "set local max_parallel_maintenance_workers = 0";

    private const string Proof = "one_day";
    private const long StatisticsTargetMin = 10;
    private const long RowsOfStatisticsTarget = 20_000;

    internal const string FindTable = "select c.oid::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relname = $1";

    internal static string Qualified(string name) => $"public.{Identifier(name)}";

    internal static string CreateTable(HotLayout layout, bool withSymbolAlias) =>
        $"create table {Qualified(layout.Table)} ({string.Join(", ", layout.Columns.Select(column => Define(column)))}{Alias(layout, withSymbolAlias)}) partition by range ({Identifier(Dataset.DateColumn)}); "
        + $"comment on table {Qualified(layout.Table)} is {Literal($"Filled by hybrid from dataset {layout.Table}: a cache of its lake. What is hot: hybrid.coverage.")}";

    /// <summary>The columns of a table, in order.</summary>
    internal const string ReadColumns =
        """
        select attname, format_type(atttypid, atttypmod), attgenerated <> '' from pg_attribute
        where attrelid = $1::oid and attnum > 0 and not attisdropped order by attnum
        """;

    /// <summary>Lets others read a table and its days, and change nothing.</summary>
    internal static string LockAgainstChanges(HotLayout layout) => $"lock table {Qualified(layout.Table)} in share row exclusive mode";

    /// <summary>Marks the days that have values in some columns: they are to be loaded again, whatever the lake has.</summary>
    internal static string MarkDaysWithValues(HotLayout layout, IEnumerable<string> columns) => MarkDays(
        $"and date in (select {Identifier(Dataset.DateColumn)} from {Qualified(layout.Table)} where {string.Join(" or ", columns.Select(column => $"{Identifier(column)} is not null"))})");

    /// <summary>Marks all days.</summary>
    internal static string MarkAllDays() => MarkDays("");

    internal static string ChangeColumns(HotLayout layout, HotColumnChanges changes)
    {
        var parts = changes.Emptied.Select(column => $"drop column {Identifier(column)}")
            .Concat(changes.Replaced.Concat(changes.Added).Select(column => $"add column {Define(column)}"))
            .Concat(changes.AddsSymbolAlias ? [$"add column {DefineAlias(layout)}"] : []);
        return $"alter table {Qualified(layout.Table)} {string.Join(", ", parts)}";
    }

    internal static string CreateLeaf(LeafConstants constants, string leaf, bool withSymbolAlias) => CreateLeaf(constants, leaf, withSymbolAlias, "");

    /// <summary>Makes a leaf whose rows will be of one day, as <see cref="AttachProven"/> wants to know.</summary>
    internal static string CreateProvenLeaf(LeafConstants constants, string leaf, bool withSymbolAlias, DateOnly date) => CreateLeaf(
        constants, leaf, withSymbolAlias, $", constraint {Proof} check ({Identifier(Dataset.DateColumn)} >= {Day(date)} and {Identifier(Dataset.DateColumn)} < {DayAfter(date)})");

    internal static string Copy(LeafConstants constants, string leaf, bool isNew) =>
        $"copy {Qualified(leaf)} ({Names(constants.Layout.LeafColumns.Where(column => !constants.Has(column.Name)))}) from stdin (format binary{(isNew ? ", freeze" : "")})";

    internal static string Truncate(string leaf) => $"truncate {Qualified(leaf)}";

    /// <summary>A leaf's first file, below the folder of the server's data, and the transaction's number.</summary>
    internal static string FindHeap(string leaf) => $"select pg_relation_filepath({Literal(Qualified(leaf))}), pg_current_xact_id()::text::bigint";

    /// <summary>Bytes of a leaf's rows.</summary>
    internal static string HeapBytes(string leaf) => $"select pg_relation_size({Literal(Qualified(leaf))})";

    /// <summary>Takes statistics of a leaf, of a sample that grows with its rows up to the server's own: 3,000 rows of 200,000, 30,000 of 2 million.</summary>
    internal static string Analyze(string leaf, long rowCount) =>
        $"select set_config('default_statistics_target', least(current_setting('default_statistics_target')::bigint, {Math.Max(StatisticsTargetMin, rowCount / RowsOfStatisticsTarget)})::text, true); analyze {Qualified(leaf)}";

    /// <summary>Takes the defaults off a leaf that is filled.</summary>
    internal static string DropConstants(LeafConstants constants, string leaf) =>
        $"alter table {Qualified(leaf)} {string.Join(", ", constants.Layout.LeafColumns.Where(column => constants.Has(column.Name)).Select(column => $"alter column {Identifier(column.Name)} drop default"))}";

    internal static string CopyOut(HotLayout layout, string leaf) =>
        $"copy (select {Names(layout.LeafColumns)} from {Qualified(leaf)}) to stdout (format binary)";

    internal static string DeleteSymbols(HotLayout layout, string leaf) => $"delete from {Qualified(leaf)} where {Identifier(layout.Dataset.SymbolColumn)} = any($1)";

    internal static string CreateIndex(HotLayout layout, string leaf, LeafIndex index)
    {
        var (method, columns) = index switch
        {
            LeafIndex.SymbolTime => ("btree", $"{Identifier(layout.Dataset.SymbolColumn)}, {Identifier(layout.Dataset.TimeColumn)}"),
            LeafIndex.Time => ("btree", Identifier(layout.Dataset.TimeColumn)),
            _ => ("brin", Identifier(layout.Dataset.TimeColumn)),
        };
        return $"create index if not exists {Identifier(HotLayout.Index(leaf, index))} on {Qualified(leaf)} using {method} ({columns})";
    }

    internal static string CreateOwnIndex(HotLayout layout, string leaf, OwnIndex own, int place)
    {
        var rest = own.Rest.Replace(OwnIndex.Leaf, Qualified(leaf), StringComparison.OrdinalIgnoreCase).Replace(OwnIndex.Table, Qualified(layout.Table), StringComparison.OrdinalIgnoreCase);
        return $"create {(own.IsUnique ? "unique " : "")}index if not exists {Identifier(layout.Index(leaf, own, place))} on {Qualified(leaf)} {rest}";
    }

    internal static string DropIndex(string leaf, LeafIndex index) => $"drop index if exists {Qualified(HotLayout.Index(leaf, index))}";

    internal static string Attach(string table, string leaf, DateOnly date) =>
        $"alter table {Qualified(table)} attach partition {Qualified(leaf)} for values from ({Day(date)}) to ({DayAfter(date)})";

    /// <summary>Attaches a leaf without a look at its rows; what took the look's place would be checked twice from then on, and goes.</summary>
    internal static string AttachProven(string table, string leaf, DateOnly date) => $"{Attach(table, leaf, date)}; alter table {Qualified(leaf)} drop constraint {Proof}";

    internal static string DropLeaf(string leaf) => $"drop table if exists {Qualified(leaf)}";

    /// <summary>A user's own limits are for queries; what a transaction of hybrid may wait for, it says itself.</summary>
    /// <remarks>Postgres knows transaction_timeout from version 17 on.</remarks>
    internal const string NoTimeouts =
        """
        select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),
            case when current_setting('transaction_timeout', true) is not null then set_config('transaction_timeout', '0', true) end
        """;

    internal static string LockTimeout(TimeSpan limit) => $"set local lock_timeout = '{limit.TotalMilliseconds:0}ms'";

    /// <summary>Sessions that have a table, its days or the books locked, the oldest transactions first.</summary>
    internal const string FindHolders =
        """
        select a.pid, a.application_name, a.usename::text, a.state, min(coalesce(a.xact_start, a.query_start)) as since
        from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.granted and l.locktype = 'relation' and l.pid <> pg_backend_pid() and l.database = (select oid from pg_database where datname = current_database())
            and l.relation in (
                select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'hybrid' or (n.nspname = 'public' and c.relname = $1)
                union all select d.relation::oid from hybrid.datasets d where $1::text is null
                union all select i.inhrelid from pg_inherits i join pg_class c on c.oid = i.inhparent join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and (c.relname = $1 or ($1::text is null and c.oid in (select d.relation::oid from hybrid.datasets d))))
        group by 1, 2, 3, 4 order by since nulls last limit 3
        """;

    private static string CreateLeaf(LeafConstants constants, string leaf, bool withSymbolAlias, string more)
    {
        var columns = constants.Layout.LeafColumns.Select(column => Define(column) + (constants.ValueOf(column.Name) is { } value ? $" default {Literal(value)}" : ""));
        return $"create table {Qualified(leaf)} ({string.Join(", ", columns)}{Alias(constants.Layout, withSymbolAlias)}{more})";
    }

    private static string Names(IEnumerable<HotColumn> columns) => string.Join(", ", columns.Select(column => Identifier(column.Name)));

    private static string Define(HotColumn column) => $"{Identifier(column.Name)} {column.PostgresType}{(column.Name == Dataset.DateColumn ? " not null" : "")}";

    private static string Alias(HotLayout layout, bool withSymbolAlias) =>
        withSymbolAlias ? $", {DefineAlias(layout)}" : "";

    private static string DefineAlias(HotLayout layout) => $"symbol text collate \"C\" generated always as ({Identifier(layout.Dataset.SymbolColumn)}) virtual";

    /// <summary>Fingerprint 0 is that of no files. Indexes of the user's own may have gone with a column.</summary>
    private static string MarkDays(string condition) =>
        $"with marked as (update hybrid.symbol_days set fingerprint = 0 where dataset = $1 {condition} returning date) "
        + $"update hybrid.days d set whole_day_fingerprint = null, index_kind = case index_kind when {(int)LeafIndex.Own} then {(int)LeafIndex.None} else index_kind end "
        + "where d.dataset = $1 and d.date in (select date from marked)";

    private static string Day(DateOnly date) => $"'{date:O}'";

    /// <summary>The last day of .NET's calendar is followed by another in Postgres'.</summary>
    private static string DayAfter(DateOnly date) => date == DateOnly.MaxValue ? "'10000-01-01'" : Day(date.AddDays(1));
}
