using FsCheck;
using FsCheck.Fluent;
using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Random lives of a dataset against a model that only keeps lists of rows.</summary>
public sealed class LakeModelTests
{
    private const int LivesMax = 12;
    private const int StepsOfLifeMax = 10;

    private static readonly string?[] Symbols = ["IBM", "BRK/B", "null", "é", null];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_life_of_appends_merges_replaces_rewrites_undos_vacuums_cleanups_and_crashes_holds_the_rows_of_the_model() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ArrayOf(StepsOfLifeMax).ToArbitrary(),
            seeds =>
            {
                Live(seeds);
                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(LivesMax));

    private static void Live(int[] seeds)
    {
        using var lake = new LakeFixture((Partitioning)(seeds[0] % 6));
        var versions = new List<List<string>>();
        var oldestRestorable = 0L;
        foreach (var seed in seeds)
        {
            var random = new Random(seed);
            var before = versions.Count == 0 ? [] : versions[^1];
            switch (versions.Count == 0 ? 0 : random.Next(11))
            {
                case 0 or 1:
                    Append(lake, lake.Table, random, versions);
                    break;
                case 2:
                    Crash(lake, random, versions);
                    break;
                case 3:
                    Replace(lake, random, versions);
                    break;
                case 4:
                    Keep(versions, lake.Table.Compact(1 << 20, Token).Version);
                    break;
                case 5:
                    var layout = (Partitioning)random.Next(6);
                    if (lake.Table.TryLoad()!.Dataset.Partitioning == layout) break;
                    Assert.True(lake.Table.Repartition(layout, Token).Committed);
                    versions.Add(before);
                    break;
                case 6:
                    var target = random.NextInt64(oldestRestorable, versions.Count);
                    Assert.True(lake.Table.Undo(target, Token).Committed);
                    versions.Add(versions[(int)target]);
                    break;
                case 7:
                    Merge(lake, random, versions);
                    break;
                case 8:
                    lake.Table.WriteCheckpoint(Token);
                    break;
                case 9:
                    oldestRestorable = Math.Max(oldestRestorable, lake.Table.CleanLog(TimeSpan.Zero, dryRun: false, Token).OldestVersion);
                    break;
                default:
                    oldestRestorable = Math.Max(oldestRestorable, lake.Table.Vacuum(TimeSpan.Zero, dryRun: false, Token).OldestVersion);
                    break;
            }

            Check(lake, versions, oldestRestorable);
        }
    }

    private static void Check(LakeFixture lake, List<List<string>> versions, long oldestRestorable)
    {
        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(versions.Count - 1, snapshot.Version);
        Assert.Equal(versions[^1], lake.Rows(snapshot));
        Assert.Equal(snapshot.Files.Select(file => file.Path), lake.Tree(withLog: false));
        var report = lake.Table.Verify(deep: true, Token);
        Assert.Empty(report.Problems);
        Assert.Empty(lake.Leftovers());
        for (var version = oldestRestorable; version < versions.Count; version++) Assert.Equal(versions[(int)version], lake.Rows(lake.Table.TryLoad(version)!));
        StrictDeltaReader.Check(lake.Folder);
    }

    private static bool Append(LakeFixture lake, LakeTable table, Random random, List<List<string>> versions)
    {
        var basis = table.TryLoad();
        using var transaction = table.Begin(basis, "ingest");
        if (basis is null) transaction.SetDataset(lake.Dataset);
        var (rowCount, rows) = Write(lake, transaction, random);
        Assert.True(transaction.Commit(LakeFixture.Details(rowCount), Token).Committed);
        versions.Add(Sorted([.. versions.Count == 0 ? [] : versions[^1], .. rows]));
        return true;
    }

    private static void Replace(LakeFixture lake, Random random, List<List<string>> versions)
    {
        var basis = lake.Table.TryLoad()!;
        if (basis.Files.Count == 0) return;
        using var transaction = lake.Table.Begin(basis, "merge");
        var gone = basis.Files[random.Next(basis.Files.Count)];
        transaction.Remove(gone);
        var left = versions[^1].ToList();
        foreach (var row in lake.Rows(basis with { Files = [gone] })) Assert.True(left.Remove(row));
        var (rowCount, rows) = Write(lake, transaction, random);
        Assert.True(transaction.Commit(LakeFixture.Details(rowCount), Token).Committed);
        versions.Add(Sorted([.. left, .. rows]));
    }

    private static void Merge(LakeFixture lake, Random random, List<List<string>> versions)
    {
        var symbol = Symbols[random.Next(Symbols.Length)];
        var day = LakeFixture.Day1.AddDays(random.Next(40));
        var rowCount = random.Next(1, 6);
        var source = Path.Combine(lake.Store.Root, "late.file");
        lake.Connection.Execute(
            $"COPY (SELECT {(symbol is null ? "NULL::VARCHAR" : LakeFixture.Quote(symbol))} AS symbol, TIMESTAMP '{day:yyyy-MM-dd}' + to_seconds(i) AS time, i + 100.0 AS price FROM range(1, {rowCount + 1}) AS rows(i)) TO {LakeFixture.Quote(source)} (FORMAT parquet)",
            Token);
        using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
        var layout = transaction.Dataset.Partitioning;
        var merge = transaction.MergePartition(layout.IsBySymbol() ? symbol : null, layout.DaysOf(day), [source], ["symbol", "time"], keepLast: true, Token);
        Assert.Equal(rowCount, merge.RowsStored);
        Assert.True(transaction.Commit(LakeFixture.Details(rowCount), Token).Committed);
        var rows = Enumerable.Range(1, rowCount).Select(second => (Key: $"{symbol ?? "(none)"}|{day:yyyy-MM-dd} 00:00:0{second}|", Row: $"{symbol ?? "(none)"}|{day:yyyy-MM-dd} 00:00:0{second}|{second + 100}.0")).ToList();
        versions.Add(Sorted([.. versions[^1].Where(row => !rows.Exists(one => row.StartsWith(one.Key, StringComparison.Ordinal))), .. rows.Select(one => one.Row)]));
    }

    private static void Crash(LakeFixture lake, Random random, List<List<string>> versions)
    {
        var left = random.Next(40);
        var stopped = lake.TableWith(_ =>
        {
            if (left-- <= 0) throw new InvalidDataException("The disk stopped.");
        });
        var tried = versions.ToList();
        try
        {
            Append(lake, stopped, random, tried);
        }
        catch (InvalidDataException)
        {
            // What it had come to, the log tells.
        }

        lake.Table.Recover();
        if (lake.Table.TryLoad()!.Version == versions.Count - 1) return;

        // It was committed, though the writer never came to say so: its rows are those that it was to write.
        versions.Add(lake.Rows(lake.Table.TryLoad()!));
        Assert.True(versions[^1].Count > versions[^2].Count);
        Assert.Subset(versions[^1].ToHashSet(), versions[^2].ToHashSet());
    }

    private static (int RowCount, List<string> Rows) Write(LakeFixture lake, LakeTransaction transaction, Random random)
    {
        var files = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => (Symbol: Symbols[random.Next(Symbols.Length)], Day: LakeFixture.Day1.AddDays(random.Next(40)), RowCount: random.Next(1, 6)))
            .ToList();
        foreach (var (symbol, day, rowCount) in files) lake.Write(transaction, symbol, day, rowCount);
        var rows = files.SelectMany(file => Enumerable.Range(1, file.RowCount).Select(second => $"{file.Symbol ?? "(none)"}|{file.Day:yyyy-MM-dd} 00:00:0{second}|{second}.0"));
        return (files.Sum(file => file.RowCount), rows.ToList());
    }

    private static void Keep(List<List<string>> versions, long version)
    {
        while (versions.Count <= version) versions.Add(versions[^1]);
    }

    private static List<string> Sorted(List<string> rows) => [.. rows.Order(StringComparer.Ordinal)];
}
