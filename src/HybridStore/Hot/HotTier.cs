using System.Security.Authentication;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;
using HybridStore.Schema;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>The hot tier of a store: a Postgres that holds the active window of its datasets.</summary>
/// <remarks>
/// Postgres is a cache of the lake. Each day of a dataset is loaded, changed or evicted in one transaction, together with the books that say so;
/// whatever is interrupted can be run again and goes on with the days that are left. Thread-safe; several processes may work on one server.
/// </remarks>
public sealed partial class HotTier : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly DuckDbDatabase _database;
    private readonly StorePaths _paths;
    private readonly TimeProvider _time;
    private readonly string _address;
    private readonly bool _isEmbedded;

    private HotTier(NpgsqlConnectionStringBuilder address, bool isEmbedded, StorePaths paths, TimeProvider time)
    {
        DataFolder = isEmbedded ? EmbeddedPlace.FindData(paths) : null;
        DiskFreeBytes = () => isEmbedded ? EmbeddedPlace.FreeBytes(paths) : null;
        _paths = paths;
        _address = PostgresAddress.Describe(address);
        _isEmbedded = isEmbedded;
        _time = time;
        Turns = new LockTurns(time);
        address.ApplicationName ??= "hybrid";
        address.IncludeErrorDetail = true; // Names what depends on a table; details with values are not shown.
        address.CommandTimeout = 0; // A load or an index takes as long as it takes; the caller's token ends it.
        if (address.Pooling) ConnectionsMax = Math.Min(ConnectionsMax, address.MaxPoolSize);
        _source = NpgsqlDataSource.Create(address);
        // One thread a query: rows keep their order, and the work is spread over connections instead. Every file is read once: keeping the
        // bytes of those that were read would only make memory grow with the size of a load.
        _database = BoundedDatabase.Open(threads: 1, settings: ("enable_external_file_cache", "false"));
    }

    /// <summary>How many days are loaded side by side at most.</summary>
    /// <remarks>
    /// By default as many as this machine has cores (an embedded server's backends share them with this process) and memory for, up to 8, and as
    /// <c>Maximum Pool Size</c> of the address allows. A server that has few connections left gets fewer.
    /// </remarks>
    public int ConnectionsMax { get; set; } = HotConnections.Default();

    /// <summary>How long hybrid waits for locks that others have on its tables.</summary>
    internal LockTurns Turns { get; set; }

    /// <summary>The data of a server of this store, whose tables this process may write itself; null for a server that is another's.</summary>
    internal string? DataFolder { get; set; }

    /// <summary>From how many rows of a new day on it does; fewer are sooner copied.</summary>
    internal long PagesRowsMin { get; set; } = 20_000;

    /// <summary>What is free where Postgres keeps its data; null when that is another's business.</summary>
    internal Func<long?> DiskFreeBytes { get; set; }

    /// <summary>Connects to the user's Postgres when the environment names one, else to the store's own, which is started when it does not run.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="environment">An environment variable's value, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Environment: Postgres is not reachable. Usage: <c>HYBRID_PG</c> is no address.</exception>
    public static async Task<HotTier> OpenAsync(StorePaths paths, Func<string, string?> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        if (PostgresAddress.Read(environment) is { } own) return await OpenAsync(own, isEmbedded: false, paths, time, cancellationToken).ConfigureAwait(false);
        var server = await new EmbeddedPostgres(paths, time).StartAsync(cancellationToken).ConfigureAwait(false);
        return await OpenAsync(server.Connection(EmbeddedPostgres.Database), isEmbedded: true, paths, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects like <see cref="OpenAsync(StorePaths, Func{string, string?}, TimeProvider, CancellationToken)"/>, but starts nothing.</summary>
    /// <returns>Null when the store's own server is meant and does not run.</returns>
    /// <inheritdoc cref="OpenAsync(StorePaths, Func{string, string?}, TimeProvider, CancellationToken)"/>
    public static async Task<HotTier?> OpenIfRunningAsync(StorePaths paths, Func<string, string?> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        if (PostgresAddress.Read(environment) is { } own) return await OpenAsync(own, isEmbedded: false, paths, time, cancellationToken).ConfigureAwait(false);
        return new EmbeddedPostgres(paths, time).FindRunning() is { } server
            ? await OpenAsync(server.Connection(EmbeddedPostgres.Database), isEmbedded: true, paths, time, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>What Postgres holds.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Environment: Postgres failed.</exception>
    public Task<HotStatus> StatusAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var version = (await connection.ReadAsync(HotTableSql.ServerVersion, reader => reader.GetString(1), cancellationToken).ConfigureAwait(false))[0];
        var books = new HotBooks(connection);
        var datasets = await books.ExistAsync(cancellationToken).ConfigureAwait(false) ? await books.ReadStatusAsync(cancellationToken).ConfigureAwait(false) : [];
        return new HotStatus(_address, version.Split(' ')[0], _isEmbedded, datasets);
    });

    /// <summary>Says how the columns of a dataset's table differ from the lake's; changes nothing.</summary>
    /// <param name="dataset">The dataset as the lake has it now.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Empty when they do not, or when nothing of the dataset is hot.</returns>
    /// <exception cref="StoreException">Environment: Postgres failed.</exception>
    public Task<string> CompareColumnsAsync(Dataset dataset, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (!await new HotBooks(connection).ExistAsync(cancellationToken).ConfigureAwait(false)) return "";
        return await new HotTable(connection, new HotLayout(dataset), Turns).CompareAsync(cancellationToken).ConfigureAwait(false);
    });

    /// <summary>What the clocks of a zone show in Postgres.</summary>
    /// <param name="zone">Its IANA name.</param>
    /// <param name="fromUs">The first instant, in microseconds since 1970-01-01 00:00 UTC.</param>
    /// <param name="hourCount">How many hours, at least 1.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Local time minus UTC by the hour, in microseconds; null when Postgres does not know the zone.</returns>
    /// <exception cref="StoreException">Environment: Postgres failed.</exception>
    public Task<IReadOnlyList<long>?> ZoneOffsetsAsync(string zone, long fromUs, int hourCount, CancellationToken cancellationToken) =>
        GuardAsync<IReadOnlyList<long>?>(async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var from = DateTime.UnixEpoch.AddTicks(fromUs * TimeSpan.TicksPerMicrosecond);
            try
            {
                return await connection.ReadAsync(
                    ServerSql.ZoneOffsets, reader => reader.GetInt64(0), cancellationToken, zone, from, hourCount).ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidParameterValue)
            {
                return null;
            }
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync().ConfigureAwait(false);
        _database.Dispose();
    }

    private static async Task<HotTier> OpenAsync(NpgsqlConnectionStringBuilder address, bool isEmbedded, StorePaths paths, TimeProvider time, CancellationToken cancellationToken)
    {
        var tier = new HotTier(address, isEmbedded, paths, time);
        try
        {
            await tier.GuardAsync(async () =>
            {
                await using var connection = await tier._source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return 0;
            }).ConfigureAwait(false);
            return tier;
        }
        catch
        {
            await tier.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The summaries that the store declares of a dataset; read each time, for a server that runs for weeks.</summary>
    private IReadOnlyList<HotSummary> SummariesOf(string dataset) => HotPolicy.Of(StoreSettings.Read(_paths.Settings), dataset).Summaries;

    /// <summary>A connection of the pool.</summary>
    internal ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>Says what Postgres, the network or DuckDB said, and where; never with a password or a value.</summary>
    internal async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            var who = e.SqlState == PostgresErrorCodes.LockNotAvailable ? await DescribeHoldersAsync().ConfigureAwait(false) : "";
            throw new StoreException(StoreErrorKind.Environment, $"Postgres {_address}: {e.MessageText} (SQLSTATE {e.SqlState}).{More(e)}{who} {Advice(e.SqlState)}", e);
        }
        catch (NpgsqlException e) when (e.InnerException is AuthenticationException)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"Postgres {_address}: the server's certificate was refused: no authority that is trusted here signed it, or it is for another host. Give the authority's file as sslrootcert, and the name that the certificate is for as host.",
                e);
        }
        catch (NpgsqlException e)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                $"Postgres {_address}: {e.InnerException?.Message ?? e.Message} {(_isEmbedded ? "See 'hybrid pg status' and the server's log." : "Is it running, and is HYBRID_PG right?")}",
                e);
        }
        catch (DuckDbException e)
        {
            var isRefused = SystemFailure.IsIn(e.Message);
            throw new StoreException(
                e.Kind == DuckDBErrorType.Io && !isRefused ? StoreErrorKind.CorruptStore : StoreErrorKind.Environment,
                $"The lake could not be read: {e.Message} {(isRefused ? SystemFailure.Advice(e.Message) : "Run 'hybrid verify'.")}",
                e);
        }
    }

    /// <remarks>Source: PostgreSQL manual, "PostgreSQL Error Codes": those that Npgsql has no names for.</remarks>
    private const string IdleInTransactionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";

    /// <summary>What Postgres says besides: which objects depend on it, or what to set. Where the values of a row are to blame, it repeats them, and is left out.</summary>
    private static string More(PostgresException e)
    {
        if (e.SqlState[..2] is "22" or "23") return "";
        var parts = new[] { e.Detail, e.Hint }.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => " " + part!.ReplaceLineEndings("; "));
        return string.Concat(parts);
    }

    private async Task<string> DescribeHoldersAsync()
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
            var who = await LockHolders.DescribeAsync(connection, table: null, CancellationToken.None).ConfigureAwait(false);
            return who.Length > 0 ? $" In use by {who}." : "";
        }
        catch (NpgsqlException)
        {
            return ""; // The server has no connection left, or is gone: the first error is what matters.
        }
    }

    private static string Advice(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.DependentObjectsStillExist =>
            "A day's table comes and goes: drop what depends on it, define it on the dataset's table instead, and run the command again. Nothing of the day at hand was changed.",
        PostgresErrorCodes.ProgramLimitExceeded => "Rows are too wide for a page of Postgres: query the dataset cold ('hybrid sql'), or derive one with fewer columns. Nothing of the day at hand was changed.",
        PostgresErrorCodes.TooManyColumns => "Columns that were dropped count, too: drop the dataset's table in Postgres and run 'hybrid sync' to fill it anew.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "Give user and password in HYBRID_PG, PGPASSWORD or .pgpass.",
        PostgresErrorCodes.InvalidCatalogName => "Create the database, or name another one in HYBRID_PG.",
        PostgresErrorCodes.InsufficientPrivilege => "hybrid needs CREATE on the database and on schema public.",
        PostgresErrorCodes.DiskFull => "Free space where Postgres keeps its data; nothing of the day was loaded.",
        PostgresErrorCodes.DuplicateTable => "A table of that name is not hybrid's, or no longer part of the dataset's: drop it, or move it to another schema.",
        PostgresErrorCodes.LockNotAvailable => "Others have locked a table (a CREATE INDEX, a VACUUM, an open transaction); nothing of the day at hand was changed: run the command again when they are done (select * from pg_stat_activity).",
        PostgresErrorCodes.QueryCanceled or IdleInTransactionTimeout or TransactionTimeout =>
            "A limit that the role, the database or the address sets ended it, or somebody did; nothing of the day at hand was changed: run the command again, with a higher limit (alter role ... set statement_timeout = 0) when it is that.",
        _ => "Nothing of the day at hand was changed; run the command again when the cause is gone.",
    };
}
