using System.Diagnostics;
using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>A store, the model of it, and the processes that change it.</summary>
internal sealed class WalkWorld : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WalkWorkers _workers;
    private readonly TestDatabase _database;
    private readonly bool _isEmbedded;
    private readonly Dictionary<string, TimeSpan> _durations = [];
    private readonly Dictionary<string, List<WalkFile>> _written = [];

    private WalkWorld(WalkWorkers workers, TestDatabase database, bool isEmbedded, TemporaryFolder folder)
    {
        (_workers, _database, _isEmbedded, _folder) = (workers, database, isEmbedded, folder);
        Store = new StorePaths(folder.File("store"));
        Sources = new WalkSources(Directory.CreateDirectory(folder.File("sources")).FullName);
        Comparison = new WalkComparison(Store, database, Environment);
    }

    internal StorePaths Store { get; }

    internal WalkSources Sources { get; }

    internal WalkComparison Comparison { get; }

    /// <summary>The datasets, also those that are not made yet.</summary>
    internal List<WalkTable> Tables { get; } = [];

    /// <summary>What was done, a line a command.</summary>
    internal List<string> Log { get; } = [];

    private string? Address => _isEmbedded ? null : _database.Address;

    /// <summary>Makes an empty store.</summary>
    /// <param name="server">The Postgres of those that have none of their own.</param>
    /// <param name="workers">Processes that run commands.</param>
    /// <param name="isEmbedded">Whether it has a Postgres of its own.</param>
    /// <param name="isLarge">Whether some sources are large.</param>
    internal static async Task<WalkWorld> CreateAsync(PostgresServer server, WalkWorkers workers, bool isEmbedded, bool isLarge)
    {
        var folder = new TemporaryFolder();
        if (!isEmbedded) return new WalkWorld(workers, await server.CreateDatabaseAsync(), isEmbedded, folder) { IsLarge = isLarge };
        var own = await new EmbeddedPostgres(new StorePaths(folder.File("store")), TimeProvider.System).StartAsync(CancellationToken.None);
        var database = new TestDatabase(own.Connection(EmbeddedPostgres.Database));
        return new WalkWorld(workers, database, isEmbedded, folder) { IsLarge = isLarge };
    }

    /// <summary>Whether some sources are large.</summary>
    internal bool IsLarge { get; init; }

    /// <summary>A dataset that there is.</summary>
    /// <returns>Null when there is none.</returns>
    internal WalkTable? Choose(Random random)
    {
        var tables = Tables.Where(table => table.Now is not null).ToList();
        return tables.Count > 0 ? WalkValues.Pick(random, tables) : null;
    }

    /// <summary>Files that were written for a dataset.</summary>
    internal IReadOnlyList<WalkFile> Written(WalkTable table) => _written.GetValueOrDefault(table.Dataset.Name, []);

    /// <summary>Takes note of one.</summary>
    internal WalkFile Note(WalkTable table, WalkFile file)
    {
        if (!_written.TryGetValue(table.Dataset.Name, out var written)) _written.Add(table.Dataset.Name, written = []);
        written.Add(file);
        return file;
    }

    internal string File(string name) => _folder.File(name);

    internal WalkTable TableOf(WalkDataset dataset) => Tables.Single(table => table.Dataset == dataset);

    /// <summary>Runs a command, kills it now and then and repeats it, and compares store and model afterwards.</summary>
    /// <exception cref="WalkException">They differ.</exception>
    internal async Task RunAsync(WalkAction action, Random random)
    {
        var table = TableOf(action.Dataset);
        var run = await TryRunAsync(action, worker: 0, random);
        if (run is null && IsToRepeat(table, action)) run = await RepeatAsync(action);
        if (run is not null) Check(action, run);
        Finish(table, action);
        await CompareAsync(table, random);
    }

    /// <summary>Runs commands at a time, kills some, and repeats those that were killed or met others, one by one.</summary>
    internal async Task RunTogetherAsync(IReadOnlyList<WalkAction> actions, WalkState after, Random random)
    {
        var table = TableOf(actions[0].Dataset);
        var seeds = actions.Select(_ => random.Next()).ToList();
        var runs = await Task.WhenAll(actions.Select((action, index) => TryRunAsync(action, index, new Random(seeds[index]))));
        for (var index = 0; index < runs.Length; index++)
        {
            if (runs[index] is not { ExitCode: not HybridStore.Cli.ExitCode.Environment } run) run = await RepeatAsync(actions[index]);
            Check(actions[index], run);
        }

        Finish(table, actions[^1] with { After = after });
        await CompareAsync(table, random);
    }

    public async ValueTask DisposeAsync()
    {
        Npgsql.NpgsqlConnection.ClearAllPools();
        await _database.DisposeAsync();
        if (_isEmbedded) await new EmbeddedPostgres(Store, TimeProvider.System).DeleteAsync(CancellationToken.None);
        _folder.Dispose();
    }

    private string? Environment(string name) => _isEmbedded ? null : _database.Environment(name);

    private async Task CompareAsync(WalkTable table, Random random)
    {
        foreach (var one in random.Next(6) == 0 ? Tables : [table])
        {
            Comparison.CheckLake(one, one.Now);
            await Comparison.CheckHotAsync(one, verifies: one.Now is not null && random.Next(4) == 0);
        }
    }

    private void Finish(WalkTable table, WalkAction action)
    {
        if ((action.After ?? table.Now) is { } state) table.Advance(Version(table), state, action.IsSameBetween);
        if (action.HotAfter is { } hot) table.Hot = hot;
    }

    private long Version(WalkTable table) => new LakeTable(Store.Dataset(table.Dataset.Name), TimeProvider.System).TryLoad()?.Version ?? -1;

    /// <summary>Whether a command that was killed has to be done again; what it left must be a state before or after.</summary>
    private bool IsToRepeat(WalkTable table, WalkAction action)
    {
        var isAfter = action.After is { } after && Comparison.IsLake(table, after);
        if (!isAfter && !(table.Now is { } before ? Comparison.IsLake(table, before) : Version(table) == -1))
        {
            // Says how.
            Comparison.CheckLake(table, table.Now);
        }

        return action.IsRepeatable || !isAfter;
    }

    /// <returns>Null when it was killed.</returns>
    private async Task<ProgramRun?> TryRunAsync(WalkAction action, int worker, Random random)
    {
        var word = action.Arguments[0];
        var isWarm = random.Next(12) > 0;
        var isKilled = isWarm && random.Next(5) == 0;
        TimeSpan? killAfter = isKilled && _durations.TryGetValue(word, out var usual) ? usual * (random.NextDouble() * 1.2) : null;
        Log.Add($"{action}{(isWarm ? "" : "    # in a new process")}");
        if (killAfter is { } time) Log[^1] += $"    # killed after {time.TotalMilliseconds:0} ms, unless done";
        if (!isWarm && word != WalkWorker.VacuumWord) return Cold(action);
        var begin = Stopwatch.GetTimestamp();
        var run = await _workers[worker].RunAsync(Address, Line(action), killAfter);
        if (run is not null) _durations[word] = Stopwatch.GetElapsedTime(begin);
        return run;
    }

    private async Task<ProgramRun> RepeatAsync(WalkAction action)
    {
        Log.Add($"{action}    # again");
        return (await _workers[0].RunAsync(Address, Line(action), killAfter: null))!;
    }

    private ProgramRun Cold(WalkAction action)
    {
        var environment = Address is { } address ? new Dictionary<string, string> { ["HYBRID_PG"] = address } : null;
        return new HybridProgram(Store.Root, environment: environment).Run(action.Arguments);
    }

    private string[] Line(WalkAction action) =>
        action.Arguments[0] == WalkWorker.VacuumWord ? action.Arguments : [.. action.Arguments, "--store", Store.Root];

    private static void Check(WalkAction action, ProgramRun run)
    {
        if (run.ExitCode != action.ExitCode)
        {
            throw new WalkException($"{action}: expected exit code {action.ExitCode}, found {run.ExitCode}:\n{run.Error}{run.Out}");
        }

        action.Then?.Invoke(run.Out);
    }
}
