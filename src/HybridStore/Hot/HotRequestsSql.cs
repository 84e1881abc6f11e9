namespace HybridStore.Hot;

/// <summary>SQL for requests that come from inside of Postgres.</summary>
/// <remarks>
/// A server that carries out a request holds the lock of its row, and an advisory lock that others can see, until it commits the outcome: when it dies,
/// Postgres gives both back and the next server takes the request up. Progress is in a table of its own, because nobody else sees what a
/// transaction has not committed.
/// </remarks>
internal static class HotRequestsSql
{
    /// <summary>Where requests are announced.</summary>
    internal const string Listen = "listen hybrid_requests";

    internal const string Create =
        """
        create table hybrid.request_queue (
            id bigint generated always as identity primary key,
            dataset text not null,
            symbols text[],
            from_date date not null,
            to_date date not null,
            lease interval,
            state text not null default 'queued' check (state in ('queued', 'done', 'failed')),
            message text,
            requested_by text not null default session_user,
            requested_at timestamptz not null default now(),
            finished_at timestamptz);
        create index request_queue_queued on hybrid.request_queue (id) where state = 'queued';
        create table hybrid.request_progress (
            id bigint primary key,
            attempts int not null,
            rows bigint,
            rows_total bigint,
            started_at timestamptz not null,
            error text);
        create view hybrid.requests as
            select q.id, q.dataset, coalesce(array_to_string(q.symbols, ','), 'ALL') as symbols, q.from_date, q.to_date,
                case when q.state = 'queued' and l.pid is not null then 'running' else q.state end as state,
                p.rows, p.rows_total, round(100.0 * p.rows / nullif(p.rows_total, 0), 1) as percent, coalesce(q.message, p.error) as message,
                q.lease, q.requested_by, q.requested_at, p.started_at, q.finished_at
            from hybrid.request_queue q
            left join hybrid.request_progress p on p.id = q.id
            left join pg_locks l on l.locktype = 'advisory' and l.classid = 7235421 and l.objid = (q.id & 2147483647)::int::oid and l.objsubid = 2 and l.granted
                and l.database = (select oid from pg_database where datname = current_database());
        create function hybrid.hydrate(dataset text, symbols text, from_date date, to_date date, lease interval default null) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as
        $$
        declare
            names text[];
            request bigint;
        begin
            if dataset is null or symbols is null or from_date is null or to_date is null then
                raise exception 'hybrid.hydrate: expected dataset, symbols, first and last day, found a null' using errcode = '22004';
            end if;
            if from_date > to_date or from_date < date '0001-01-01' or to_date > date '9999-12-31' then
                raise exception 'hybrid.hydrate: expected a first and a last day, found % to %', from_date, to_date using errcode = '22023';
            end if;
            if lease <= interval '0' or lease > interval '36500 days' then
                raise exception 'hybrid.hydrate: expected a lease of up to 36500 days, found %', lease using errcode = '22023';
            end if;
            if symbols <> 'ALL' then
                names := array(select name from unnest(string_to_array(symbols, ',')) with ordinality as s(name, place) where name <> '' order by place);
                if cardinality(names) = 0 then
                    raise exception 'hybrid.hydrate: expected symbols with commas between them, or ALL, found %', quote_literal(symbols) using errcode = '22023';
                end if;
            end if;
            if (select count(*) from hybrid.request_queue q where q.state = 'queued') >= 1000 then
                raise exception 'hybrid.hydrate: 1000 requests are waiting' using errcode = '54000', hint = 'Is a server there? Run: hybrid serve --hot';
            end if;
            insert into hybrid.request_queue (dataset, symbols, from_date, to_date, lease)
                values (lower(hydrate.dataset), names, hydrate.from_date, hydrate.to_date, hydrate.lease) returning id into request;
            perform pg_notify('hybrid_requests', request::text);
            return request;
        end
        $$;
        revoke all on function hybrid.hydrate(text, text, date, date, interval) from public;
        comment on function hybrid.hydrate(text, text, date, date, interval) is 'Asks hybrid to load days of symbols (A,B or ALL) from its lake. The answer is the id in hybrid.requests; hybrid serve --hot does the work.';
        """;

    /// <summary>The oldest request that no server is at.</summary>
    internal const string Take =
        """
        select id, dataset, symbols, from_date, to_date, case when lease is not null then now() + lease end
        from hybrid.request_queue where state = 'queued' order by id limit 1 for update skip locked
        """;

    /// <summary>Shows that the request is being carried out, as long as the transaction lasts.</summary>
    internal const string Show = "select pg_advisory_xact_lock(7235421, ($1 & 2147483647)::int)";

    internal const string Begin =
        """
        insert into hybrid.request_progress as p values ($1, 1, null, null, now(), null)
        on conflict (id) do update set attempts = p.attempts + 1, rows = null, rows_total = null, started_at = now()
        returning attempts, error
        """;

    /// <summary>An attempt that was stopped on purpose does not count.</summary>
    internal const string Return = "update hybrid.request_progress set attempts = attempts - 1 where id = $1";

    internal const string Progress = "update hybrid.request_progress set rows = $2, rows_total = $3 where id = $1";

    internal const string Error = "update hybrid.request_progress set error = $2 where id = $1";

    internal const string Finish = "update hybrid.request_queue set state = $2, message = $3, finished_at = clock_timestamp() where id = $1";

    /// <summary>Nobody asks for what happened to a request weeks ago.</summary>
    internal const string Forget =
        """
        with gone as (delete from hybrid.request_queue where finished_at < now() - interval '30 days' returning id)
        delete from hybrid.request_progress p using gone where p.id = gone.id
        """;
}
