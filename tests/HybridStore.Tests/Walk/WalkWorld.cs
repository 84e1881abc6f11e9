using System.Diagnostics;
using HybridStore.Cli;
using HybridStore.Hot;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>A store, the model of it, and the processes that change it.</summary>
internal sealed class WalkWorld : IAsyncDisposable
{
    private readonly MemoryFolder _folder;
    private readonly PostgresServer? _server;
    private readonly Dictionary<WalkTable, List<WalkFile>> _written = [];

    /// <param name="folder">Its place.</param>
    /// <param name="workers">Processes that run commands.</param>
    /// <param name="server">Whose the database is; null for a server of the store's own.</param>
    /// <param name="range">Symbols and days.</param>
    private WalkWorld(MemoryFolder folder, WalkWorkers workers, PostgresServer? server, WalkRange range)
    {
        (_folder, _server) = (folder, server);
        Store = new StorePaths(File("store"));
        Runner = new WalkRunner(workers, Store.Root);
        Sources = new WalkSources(Directory.CreateDirectory(File("sources")).FullName, range);
        Comparison = new WalkComparison(Store, () => Database, name => _server is null ? null : Database.Environment(name));
    }

    internal StorePaths Store { get; }

    internal WalkRunner Runner { get; }

    internal WalkSources Sources { get; }

    internal WalkComparison Comparison { get; }

    /// <summary>Its Postgres.</summary>
    internal TestDatabase Database { get; private set; } = null!;

    /// <summary>Whether that is the store's own.</summary>
    internal bool HasOwnServer => _server is null;

    /// <summary>Whether some sources are large.</summary>
    internal bool IsLarge { get; private init; }

    /// <summary>The datasets, also those that are not made yet.</summary>
    internal List<WalkTable> Tables { get; } = [];

    /// <summary>Makes an empty store.</summary>
    /// <param name="server">The Postgres of those that have none of their own.</param>
    /// <param name="workers">Processes that run commands.</param>
    /// <param name="random">Chooses its kind.</param>
    internal static async Task<WalkWorld> CreateAsync(PostgresServer server, WalkWorkers workers, Random random)
    {
        var (hasOwn, isLarge) = (random.Next(6) == 0, random.Next(8) == 0);
        var world = new WalkWorld(new MemoryFolder(), workers, hasOwn ? null : server, new WalkRange(random)) { IsLarge = isLarge };
        if (hasOwn) await world.StartServerAsync();
        else world.Database = await server.CreateDatabaseAsync();
        if (!hasOwn) world.Runner.Address = world.Database.Address;
        return world;
    }

    /// <summary>A dataset that there is.</summary>
    /// <returns>Null when there is none.</returns>
    internal WalkTable? Choose(Random random)
    {
        var tables = Tables.Where(table => table.Now is not null).ToList();
        return tables.Count > 0 ? WalkValues.Pick(random, tables) : null;
    }

    /// <summary>Files that were written for a dataset.</summary>
    internal IReadOnlyList<WalkFile> Written(WalkTable table) => _written.GetValueOrDefault(table, []);

    /// <summary>Takes note of one.</summary>
    internal WalkFile Note(WalkTable table, WalkFile file)
    {
        if (!_written.TryGetValue(table, out var written)) _written.Add(table, written = []);
        written.Add(file);
        return file;
    }

    internal string File(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Kills the store's own server, as a crash of it would, and starts it again.</summary>
    internal async Task KillServerAsync()
    {
        Runner.Log.Add("kill -9 of Postgres");
        var data = EmbeddedPlace.FindData(Store)!;
        using var process = Process.GetProcessById(PostmasterFile.Read(data)!.ProcessId);
        process.Kill();
        await process.WaitForExitAsync();
        await Database.DisposeAsync();
        await StartServerAsync();
    }

    /// <summary>Runs a command, kills it now and then and repeats it, and compares store and model afterwards.</summary>
    /// <exception cref="WalkException">They differ.</exception>
    internal async Task RunAsync(WalkAction action, Random random)
    {
        var run = await Runner.TryRunAsync(action, worker: 0, random);
        var isAbandoned = false;
        if (run is null && !IsToRepeat(action, random, out var isDone))
        {
            isAbandoned = true;
            if (!isDone) action = new WalkAction(action.Table);
        }
        else
        {
            Check(action, run ?? await Runner.RunAsync(action, "again"));
        }

        Finish(action);
        action.Table.IsUnsettled |= isAbandoned;
        await CompareAsync([action.Table, .. action.Also.Select(also => also.Table)], random);
    }

    /// <summary>Runs commands at a time, kills some, and repeats those that were killed or met others, one by one.</summary>
    /// <param name="actions">The commands, of one dataset.</param>
    /// <param name="after">What that holds in the end.</param>
    /// <param name="random">Chooses.</param>
    internal async Task RunTogetherAsync(IReadOnlyList<WalkAction> actions, WalkState after, Random random)
    {
        var seeds = actions.Select(_ => random.Next()).ToList();
        Runner.Log.Add("# at a time:");
        var runs = await Task.WhenAll(actions.Select((action, index) => Runner.TryRunAsync(action, index, new Random(seeds[index]))));
        for (var index = 0; index < runs.Length; index++)
        {
            var run = runs[index] is { ExitCode: not ExitCode.Environment } done ? done : await Runner.RunAsync(actions[index], "again");
            var wasDone = runs[index] is null && !actions[index].IsRepeatable && run.ExitCode == ExitCode.Usage;
            if (!wasDone) Check(actions[index], run);
        }

        Finish(actions[^1] with { After = after });
        await CompareAsync([actions[0].Table], random);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_server is null) await new EmbeddedPostgres(Store, TimeProvider.System).DeleteAsync(CancellationToken.None);
        else await _server.DropDatabaseAsync(Database);
        _folder.Dispose();
    }

    private async Task StartServerAsync()
    {
        var own = await new EmbeddedPostgres(Store, TimeProvider.System).StartAsync(CancellationToken.None);
        Database = new TestDatabase(own.Connection(EmbeddedPostgres.Database));
    }

    private async Task CompareAsync(IReadOnlyList<WalkTable> tables, Random random)
    {
        foreach (var table in random.Next(6) == 0 ? Tables : tables)
        {
            Comparison.CheckLake(table, isDeep: random.Next(3) == 0);
            await Comparison.CheckHotAsync(table, verifies: table.Now is not null && random.Next(4) == 0);
        }
    }

    private void Finish(WalkAction action)
    {
        Advance(action.Table, action.After, action.HotAfter, action.IsSameBetween);
        foreach (var (table, after, hotAfter) in action.Also) Advance(table, after(), hotAfter(), isSameBetween: false);
    }

    private void Advance(WalkTable table, WalkState? after, WalkHot? hotAfter, bool isSameBetween)
    {
        if ((after ?? table.Now) is { } state) table.Advance(Comparison.Version(table), state, isSameBetween);
        table.Hot = hotAfter ?? table.Hot;
    }

    /// <summary>Whether a command that was killed has to be done again; what it left must be a state before or after.</summary>
    private bool IsToRepeat(WalkAction action, Random random, out bool isDone)
    {
        isDone = false;
        if (action.IsStepwise) return true;
        isDone = Comparison.Version(action.Table) > action.Table.Version;
        if (Comparison.Difference(action.Table, isDone ? action.After ?? action.Table.Now : action.Table.Now) is { } difference)
        {
            var version = isDone ? "a new version" : "the old version";
            throw new WalkException($"{action}: killed, it left {version}, which is not as it should be: {difference}");
        }

        if (!action.IsRepeatable && isDone) return false;
        // What was begun is not always ended: the next command is another one.
        return action.HotAfter is not null || action.Also.Count > 0 || action.Then is not null || isDone || random.Next(3) > 0;
    }

    private static void Check(WalkAction action, ProgramRun run)
    {
        if (run.ExitCode != action.ExitCode)
        {
            throw new WalkException($"{action}: expected exit code {action.ExitCode}, found {run.ExitCode}:\n{run.Error}{run.Out}");
        }

        action.Then?.Invoke(run.Out);
    }
}
