using HybridStore.Hot;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>Compares a dataset with its model.</summary>
/// <param name="store">Where it is.</param>
/// <param name="database">Its Postgres.</param>
/// <param name="environment">As hybrid is to see it.</param>
internal sealed class WalkComparison(StorePaths store, Func<TestDatabase> database, Func<string, string?> environment)
{
    /// <summary>Says how the lake differs from a state: rows, layout, columns or quarantine.</summary>
    /// <returns>Null when they do not.</returns>
    internal string? Difference(WalkTable table, WalkState? state)
    {
        var snapshot = Table(table).TryLoad();
        if (snapshot is null || state is null) return snapshot is null == state is null ? null : "a dataset too few, or too many";
        return WalkRows.Difference(state.Rows, WalkReader.Lake(store, snapshot))
            ?? Unlike(state.Layout, snapshot.Dataset.Partitioning)
            ?? Unlike(string.Join(',', state.Columns), string.Join(',', snapshot.Dataset.Columns.Select(column => column.Name)))
            ?? Unlike(Lines(state.Rejects), Lines(snapshot));
    }

    /// <summary>The newest version; -1 for none.</summary>
    internal long Version(WalkTable table) => Table(table).TryLoad()?.Version ?? -1;

    /// <summary>Compares the lake.</summary>
    /// <param name="table">The dataset.</param>
    /// <param name="isDeep">Whether <c>verify</c> reads all files.</param>
    /// <exception cref="WalkException">It is not as the model says.</exception>
    internal void CheckLake(WalkTable table, bool isDeep)
    {
        var name = table.Dataset.Name;
        Require(Difference(table, table.Now), $"{name}: the lake");
        if (Table(table).TryLoad() is not { } snapshot) return;
        var problems = Table(table).Verify(isDeep, CancellationToken.None).Problems;
        Require(problems.Count == 0 ? null : string.Join('\n', problems), $"{name}: verify{(isDeep ? " --deep" : "")}");
        if (table.IsUnsettled) return;
        var tree = Directory.EnumerateFiles(snapshot.Folder, "*.parquet", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(snapshot.Folder, path)).Where(path => path[0] != '_').Order(StringComparer.Ordinal);
        Require(Unlike(string.Join('\n', snapshot.Files.Select(file => file.Path)), string.Join('\n', tree)), $"{name}: files in the tree");
    }

    /// <summary>Compares Postgres.</summary>
    /// <param name="table">The dataset.</param>
    /// <param name="verifies">Whether <c>verify --hot</c> is asked, too; it marks in the books what it finds.</param>
    /// <exception cref="WalkException">It is not as the model says.</exception>
    internal async Task CheckHotAsync(WalkTable table, bool verifies)
    {
        if (!table.Hot.IsMade) return;
        var name = table.Dataset.Name;
        var rows = await WalkReader.HotAsync(database(), table.Dataset);
        Require(WalkRows.Difference(table.Hot.Days.Values.SelectMany(day => day.Rows), rows), $"{name}: rows in Postgres");
        var columns = (await WalkReader.HotColumnsAsync(database(), table.Dataset)).Select(column => column.Name);
        Require(Unlike(string.Join(',', table.Hot.Columns.Order()), string.Join(',', columns.Order())), $"{name}: columns in Postgres");
        if (!verifies) return;
        table.Hot = table.Hot.Ensure(table);
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
