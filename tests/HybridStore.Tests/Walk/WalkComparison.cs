using HybridStore.Hot;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>Compares a dataset with its model.</summary>
/// <param name="store">Where it is.</param>
/// <param name="database">Its Postgres.</param>
/// <param name="environment">As hybrid is to see it.</param>
internal sealed class WalkComparison(StorePaths store, TestDatabase database, Func<string, string?> environment)
{
    /// <summary>Whether the lake holds the rows of a state.</summary>
    internal bool IsLake(WalkTable table, WalkState state) =>
        Table(table).TryLoad() is { } snapshot
        && WalkRows.Difference(state.Rows, WalkReader.Lake(store, snapshot)) is null
        && Lines(state.Rejects) == Lines(snapshot);

    /// <summary>Compares the lake.</summary>
    /// <returns>The newest version; -1 for none.</returns>
    /// <exception cref="WalkException">It is not as the model says.</exception>
    internal long CheckLake(WalkTable table, WalkState? state)
    {
        var name = table.Dataset.Name;
        var snapshot = Table(table).TryLoad();
        if (snapshot is null && state is null) return -1;
        if (snapshot is null) throw new WalkException($"{name}: there is no such dataset.");
        if (state is null) throw new WalkException($"{name}: there is such a dataset already.");
        Require(WalkRows.Difference(state.Rows, WalkReader.Lake(store, snapshot)), $"{name}: rows in the lake");
        Require(Unlike(state.Layout, snapshot.Dataset.Partitioning), $"{name}: layout");
        var columns = string.Join(',', snapshot.Dataset.Columns.Select(column => column.Name));
        Require(Unlike(string.Join(',', state.Columns), columns), $"{name}: columns");
        Require(Unlike(Lines(state.Rejects), Lines(snapshot)), $"{name}: lines in quarantine");
        var problems = Table(table).Verify(deep: true, CancellationToken.None).Problems;
        Require(problems.Count == 0 ? null : string.Join('\n', problems), $"{name}: verify --deep");
        var tree = Directory.EnumerateFiles(snapshot.Folder, "*.parquet", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(snapshot.Folder, path)).Where(path => path[0] != '_').Order(StringComparer.Ordinal);
        Require(Unlike(string.Join('\n', snapshot.Files.Select(file => file.Path)), string.Join('\n', tree)), $"{name}: files in the tree");
        return snapshot.Version;
    }

    /// <summary>Compares Postgres.</summary>
    /// <param name="table">The dataset.</param>
    /// <param name="verifies">Whether <c>verify --hot</c> is asked, too; it marks in the books what it finds.</param>
    /// <exception cref="WalkException">It is not as the model says.</exception>
    internal async Task CheckHotAsync(WalkTable table, bool verifies)
    {
        if (!table.Hot.IsMade) return;
        var name = table.Dataset.Name;
        var rows = await WalkReader.HotAsync(database, table.Dataset);
        Require(WalkRows.Difference(table.Hot.Days.Values.SelectMany(day => day.Rows), rows), $"{name}: rows in Postgres");
        if (!verifies) return;
        await using var tier = await HotTier.OpenAsync(store, environment, TimeProvider.System, CancellationToken.None);
        var found = (await tier.VerifyAsync(Table(table).TryLoad()!, range: null, CancellationToken.None)).Problems;
        var labels = found.Select(problem => Label(problem.Symbol, problem.Date)).Distinct().Order(StringComparer.Ordinal);
        var difference = Unlike(string.Join('\n', Unlike(table)), string.Join('\n', labels));
        Require(difference, $"{name}: verify --hot says {string.Join("; ", found)}");
    }

    /// <summary>What of the days in Postgres is no longer as in the lake.</summary>
    private static IEnumerable<string> Unlike(WalkTable table) =>
        table.Hot.Days.Keys.Where(day => !table.Hot.IsInLake(table.Now!, day))
            .Select(day => Label(day.Symbol, day.Date))
            .Order(StringComparer.Ordinal);

    private static string Label(string symbol, DateOnly date) => $"{symbol} {date:O}";

    private LakeTable Table(WalkTable table) => new(store.Dataset(table.Dataset.Name), TimeProvider.System);

    private static string Lines(IEnumerable<WalkReject> rejects) => string.Join(',', rejects.Select(reject => reject.Line).Order());

    private static string Lines(LakeSnapshot snapshot) => string.Join(',', Quarantine.Read(snapshot).Select(row => row.Line).Order());

    private static string? Unlike<T>(T expected, T found) =>
        EqualityComparer<T>.Default.Equals(expected, found) ? null : $"expected\n{expected}\nfound\n{found}";

    private static void Require(string? problem, string what)
    {
        if (problem is not null) throw new WalkException($"{what}: {problem}");
    }
}
