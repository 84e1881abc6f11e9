using System.Globalization;
using HybridStore.Lake;
using Npgsql;

namespace HybridStore.Hot;

/// <summary>Carries out what is asked for inside of Postgres with <c>select hybrid.hydrate(...)</c>.</summary>
/// <param name="paths">The store.</param>
/// <param name="environment">An environment variable's value, or null.</param>
/// <param name="time">The clock.</param>
/// <remarks>Any number of servers, on any machines that see the lake, may work on one Postgres: each request is one server's at a time.</remarks>
public sealed class HotServer(StorePaths paths, Func<string, string?> environment, TimeProvider time)
{
    /// <summary>How often a request is tried that ends with the connection, the disk or the process that carries it out.</summary>
    public const int AttemptsMax = 5;

    private const int DaysListedMax = 10;

    /// <summary>Announcements do not come through every pooler: so the queue is looked at without one, too.</summary>
    private static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    /// <summary>Serves until it is stopped. What ends with Postgres or the connection to it is tried again when it is back; the server itself is started once, at the beginning.</summary>
    /// <param name="once">Whether to end when nothing is queued, and at the first trouble.</param>
    /// <param name="finished">Told of each request that ended.</param>
    /// <param name="note">Told of trouble, and of its end.</param>
    /// <param name="cancellationToken">Stops: the request at hand is rolled back to its last whole day and left to the next server.</param>
    /// <exception cref="StoreException">Environment: Postgres is not reachable at the beginning, or with <paramref name="once"/> at any time.</exception>
    public async Task RunAsync(bool once, Action<HotRequestOutcome> finished, Action<string> note, CancellationToken cancellationToken)
    {
        var tier = await HotTier.OpenAsync(paths, environment, time, cancellationToken).ConfigureAwait(false);
        var patience = new Patience(time, PauseMin, PauseMax, TimeSpan.MaxValue);
        while (true)
        {
            try
            {
                if (tier is not null)
                {
                    await using (tier.ConfigureAwait(false))
                    {
                        await ServeAsync(tier, once, outcome =>
                        {
                            patience.Reset();
                            finished(outcome);
                        }, cancellationToken).ConfigureAwait(false);
                        return;
                    }
                }
            }
            catch (StoreException e) when (e.Kind == StoreErrorKind.Environment && !once)
            {
                note($"{e.Message} Trying again in {patience.Next.TotalSeconds:0} s.");
            }

            await patience.TryWaitAsync(cancellationToken).ConfigureAwait(false);
            tier = await TryReopenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts nothing: nobody can ask for anything while Postgres does not run, and who stopped it meant it.</summary>
    private async Task<HotTier?> TryReopenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HotTier.OpenIfRunningAsync(paths, environment, time, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Kind == StoreErrorKind.Environment)
        {
            return null;
        }
    }

    private async Task ServeAsync(HotTier tier, bool once, Action<HotRequestOutcome> finished, CancellationToken cancellationToken) => await tier.GuardAsync(async () =>
    {
        await using var listener = await tier.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await new HotBooks(listener).EnsureAsync(cancellationToken).ConfigureAwait(false);
        await new HotRequestQueue(listener).ForgetOldAsync(cancellationToken).ConfigureAwait(false);
        await listener.ExecuteAsync(HotRequestsSql.Listen, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            while (await TryServeOneAsync(tier, cancellationToken).ConfigureAwait(false) is { } outcome) finished(outcome);
            if (once) return 0;
            await listener.WaitAsync(PollPeriod, cancellationToken).ConfigureAwait(false);
        }
    }).ConfigureAwait(false);

    private async Task<HotRequestOutcome?> TryServeOneAsync(HotTier tier, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        await using var connection = await tier.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(HotTableSql.NoTimeouts, cancellationToken).ConfigureAwait(false);
        var queue = new HotRequestQueue(connection);
        if (await queue.TryTakeAsync(cancellationToken).ConfigureAwait(false) is not { } request) return null;

        await using var visible = await tier.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var (isDone, rowsLoaded, message) = await CarryOutAsync(tier, visible, request, cancellationToken).ConfigureAwait(false);
        await queue.FinishAsync(request.Id, isDone, message, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new HotRequestOutcome(request.Id, request.Dataset, isDone, rowsLoaded, message, time.GetElapsedTime(begin).TotalSeconds);
    }

    private async Task<(bool IsDone, long RowsLoaded, string Message)> CarryOutAsync(HotTier tier, NpgsqlConnection visible, HotRequest request, CancellationToken cancellationToken)
    {
        var queue = new HotRequestQueue(visible);
        var (attempt, error) = await queue.BeginAsync(request.Id, cancellationToken).ConfigureAwait(false);
        if (attempt > AttemptsMax) return (false, 0, $"Given up after {AttemptsMax} attempts. {error ?? "Every server that tried died."}");
        try
        {
            var progress = new HotRequestProgress(request.Id, visible, time);
            LoadResult result;
            try
            {
                result = await LoadAsync(tier, request, progress, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await progress.EndAsync().ConfigureAwait(false);
            }

            return (true, result.RowsLoaded, Describe(result));
        }
        catch (OperationCanceledException)
        {
            await queue.ReturnAsync(request.Id).ConfigureAwait(false);
            throw;
        }
        catch (StoreException e) when (e.Kind != StoreErrorKind.Environment || IsOfTheRequest(e))
        {
            return (false, 0, e.Message);
        }
        catch (StoreException e)
        {
            await queue.PutErrorAsync(request.Id, e.Message, cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            // Whatever it is: tried again it would be the same, and others wait for the server.
            return (false, 0, $"This is a bug in hybrid; what was loaded are whole days. Please report it with what follows. {e}");
        }
    }

    /// <summary>
    /// Whether Postgres refuses what was asked for, each time: a name, a right, a limit, something that depends on a table or keeps its rows.
    /// </summary>
    private static bool IsOfTheRequest(StoreException e) =>
        e.InnerException is PostgresException { SqlState: not PostgresErrorCodes.LockNotAvailable } postgres
        && postgres.SqlState[..2] is "0A" or "2B" or "42" or "54" or "55";

    private Task<LoadResult> LoadAsync(HotTier tier, HotRequest request, IProgress<HotProgress> progress, CancellationToken cancellationToken)
    {
        // What stands in the queue is anybody's text: only a name of the list becomes a path.
        var names = LakeTable.Datasets(paths);
        if (!names.Contains(request.Dataset)) throw new StoreException(StoreErrorKind.Usage, $"There is no dataset '{request.Dataset}'. {Suggestion.For(request.Dataset, names)}");
        var snapshot = new LakeTable(paths.Dataset(request.Dataset), time).TryLoad()!;
        var policy = HotPolicy.Of(StoreSettings.Read(paths.Settings), request.Dataset);
        var load = new LoadRequest { Symbols = request.Symbols, Range = request.Range, Hold = request.Hold, Index = policy.Index, BytesMax = policy.BytesMax };
        return tier.LoadHistoricalAsync(snapshot, load, progress, cancellationToken);
    }

    private static string Describe(LoadResult result)
    {
        var missing = result.DaysMissing.Take(DaysListedMax).Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"{result.RowsLoaded} rows loaded, {result.RowsAlreadyHot} were hot already.")
            + (result.DaysMissing.Count == 0 ? "" : $" The lake has no rows on {result.DaysMissing.Count} of the days: {string.Join(", ", missing)}{(result.DaysMissing.Count > DaysListedMax ? ", ..." : ".")}");
    }
}
