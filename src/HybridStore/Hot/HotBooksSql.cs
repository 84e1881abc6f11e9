namespace HybridStore.Hot;

/// <summary>SQL for the books: what is hot, and from which files of the lake.</summary>
internal static class HotBooksSql
{
    /// <summary>The version of the tables below: how many <see cref="Steps"/> made them.</summary>
    internal const int Version = 3;

    /// <summary>What makes each version from the one before.</summary>
    internal static readonly IReadOnlyList<string> Steps = [Create, HotRequestsSql.Create + HotSummarySql.CreateBooks, Correct];

    internal const string PutVersion = "update hybrid.books set version = $1";

    /// <summary>Asks the catalog's tables: to_regclass answers from a cache that does not hear of others' commits inside of a transaction.</summary>
    internal const string FindBooks = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'hybrid' and c.relname = 'books'";

    internal const string ReadVersion = "select version from hybrid.books";

    /// <summary>A lock that everybody takes who makes or changes the books' tables.</summary>
    internal const string LockSchema = "select pg_advisory_xact_lock(7235421957013361)";

    internal const string FindSchema = "select count(*) from pg_namespace where nspname = 'hybrid'";

    /// <summary>Wants the right to create in the database even where the schema exists: so only where it does not.</summary>
    internal const string CreateSchema = "create schema hybrid";

    private const string Create =
        """
        create table hybrid.books (version int not null);
        insert into hybrid.books values (0);
        create table hybrid.datasets (
            dataset text collate "C" primary key,
            relation bigint not null,
            definition text not null);
        create table hybrid.days (
            dataset text collate "C" not null,
            date date not null,
            leaf text not null,
            index_kind smallint not null,
            whole_day_fingerprint bigint,
            primary key (dataset, date));
        create table hybrid.symbol_days (
            dataset text collate "C" not null,
            date date not null,
            symbol text collate "C" not null,
            lake_version bigint not null,
            fingerprint bigint not null,
            rows bigint not null,
            checksum bigint not null,
            hold smallint not null,
            leased_until timestamptz,
            loaded_at timestamptz not null,
            primary key (dataset, date, symbol));
        create view hybrid.coverage as
            select dataset, symbol, date, rows, case hold when 2 then 'pinned' when 1 then 'leased' else 'window' end as hold, leased_until, lake_version, loaded_at
            from hybrid.symbol_days;
        comment on schema hybrid is 'The books of hybrid: what is hot. Read hybrid.coverage; change nothing by hand.';
        """;

    /// <summary>
    /// Earlier versions took a day for whole while it held symbols that the lake had lost, and wrote the first and the last day of the calendar
    /// as infinities.
    /// </summary>
    private const string Correct =
        """
        update hybrid.days set whole_day_fingerprint = null;
        update hybrid.days set date = '0001-01-01' where date = '-infinity';
        update hybrid.days set date = '9999-12-31' where date = 'infinity';
        update hybrid.symbol_days set date = '0001-01-01' where date = '-infinity';
        update hybrid.symbol_days set date = '9999-12-31' where date = 'infinity';
        update hybrid.summary_days set date = '0001-01-01' where date = '-infinity';
        update hybrid.summary_days set date = '9999-12-31' where date = 'infinity';
        """;

    /// <summary>Whether the role has the schema's name and Postgres' own search path, which begins with a schema of the role's name.</summary>
    internal const string HidesPublic =
        """
        select session_user = 'hybrid' and not exists (
            select from pg_db_role_setting s cross join unnest(s.setconfig) c(setting)
            where c.setting like 'search_path=%' and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
                and s.setrole in (0, (select oid from pg_roles where rolname = session_user)))
        """;

    /// <summary>Unqualified names mean the hot tables then, and new tables come to lie beside them; from the role's next session on.</summary>
    internal const string SetSearchPath =
        "do $$ begin execute format('alter role %I in database %I set search_path = public', session_user, current_database()); end $$";

    internal const string LockDay = "select pg_advisory_xact_lock($1)";

    internal const string FindDataset = "select relation, definition from hybrid.datasets where dataset = $1";

    internal const string PutDataset =
        "insert into hybrid.datasets values ($1, $2, $3) on conflict (dataset) do update set relation = excluded.relation, definition = excluded.definition";

    internal const string ForgetDataset = "delete from hybrid.symbol_days where dataset = $1";

    internal const string ForgetDatasetDays = "delete from hybrid.days where dataset = $1";

    /// <summary>Only of days whose table is part of the dataset's: somebody may have dropped or detached one by hand, and readers do not see it then.</summary>
    internal const string ReadSymbolDays =
        """
        select s.symbol, s.date, s.rows, s.fingerprint, s.checksum, s.hold, s.leased_until
        from hybrid.symbol_days s join hybrid.days d using (dataset, date) join hybrid.datasets t using (dataset)
        where s.dataset = $1 and s.date between $2 and $3 and ($4::text[] is null or s.symbol = any($4)) and ($5::date[] is null or s.date <> all($5))
            and exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = t.relation::oid and c.relname = d.leaf)
        """;

    internal const string CountSymbols =
        """
        select s.date, count(*)
        from hybrid.symbol_days s join hybrid.days d using (dataset, date) join hybrid.datasets t using (dataset)
        where s.dataset = $1
            and exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = t.relation::oid and c.relname = d.leaf)
        group by s.date
        """;

    internal const string ReadWholeDays = "select date, whole_day_fingerprint from hybrid.days where dataset = $1 and whole_day_fingerprint is not null";

    internal const string ReadDay =
        """
        select d.leaf, d.index_kind from hybrid.days d join hybrid.datasets t using (dataset) join pg_inherits i on i.inhparent = t.relation::oid join pg_class c on c.oid = i.inhrelid and c.relname = d.leaf
        where d.dataset = $1 and d.date = $2
        """;

    internal const string PutDay =
        """
        insert into hybrid.days values ($1, $2, $3, $4, $5)
        on conflict (dataset, date) do update set leaf = excluded.leaf, index_kind = excluded.index_kind, whole_day_fingerprint = excluded.whole_day_fingerprint
        """;

    internal const string PutSymbolDays =
        """
        insert into hybrid.symbol_days
        select $1, $2, p.symbol, p.lake_version, p.fingerprint, p.rows, p.checksum, p.hold, p.leased_until, $3
        from unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::smallint[], $10::timestamptz[])
            as p(symbol, lake_version, fingerprint, rows, checksum, hold, leased_until)
        on conflict (dataset, date, symbol) do update set
            lake_version = excluded.lake_version, fingerprint = excluded.fingerprint, rows = excluded.rows, checksum = excluded.checksum,
            hold = excluded.hold, leased_until = excluded.leased_until, loaded_at = excluded.loaded_at
        """;

    internal const string PutHolds =
        """
        update hybrid.symbol_days s set hold = $2, leased_until = $3
        from unnest($4::text[], $5::date[]) as p(symbol, date)
        where s.dataset = $1 and s.symbol = p.symbol and s.date = p.date
            and (s.hold < $2 or (s.hold = $2 and $2 = 1 and s.leased_until < $3))
        """;

    internal const string ReadDays = "select date from hybrid.days where dataset = $1";

    /// <summary>0 is no fingerprint: an empty list of files has another one.</summary>
    internal const string Mark =
        """
        insert into hybrid.symbol_days values ($1, $2, $3, 0, 0, $4, 0, 0, null, now())
        on conflict (dataset, date, symbol) do update set fingerprint = 0
        """;

    internal const string DeleteSymbolDays = "delete from hybrid.symbol_days where dataset = $1 and date = $2 and symbol = any($3)";

    internal const string DeleteAllSymbolDays = "delete from hybrid.symbol_days where dataset = $1 and date = $2";

    internal const string DeleteDay = "delete from hybrid.days where dataset = $1 and date = $2";

    internal const string ForgetWholeDay = "update hybrid.days set whole_day_fingerprint = null where dataset = $1 and date = $2";

    internal const string ReadBytes =
        """
        select coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)::bigint
        from pg_inherits i join hybrid.datasets d on i.inhparent = d.relation::oid
        """;

    internal const string Status =
        """
        select d.dataset, coalesce(sum(s.rows), 0)::bigint, count(distinct s.symbol)::int, count(s.symbol)::int,
            (count(*) filter (where s.hold = 2))::int, (count(*) filter (where s.hold = 1))::int, min(s.date), max(s.date),
            (select coalesce(sum(pg_total_relation_size(i.inhrelid)), 0)::bigint from pg_inherits i where i.inhparent = d.relation::oid)
        from hybrid.datasets d left join hybrid.symbol_days s using (dataset)
        group by d.dataset, d.relation order by d.dataset
        """;
}
