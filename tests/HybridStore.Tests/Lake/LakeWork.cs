using HybridStore.Lake;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Every kind of work that changes a lake, for tests that stop it, break it or kill it at each of its steps.</summary>
public static class LakeWork
{
    /// <summary>Set it to stop, break and kill at every single step: some minutes.</summary>
    internal const string LongVariable = "HYBRID_TEST_LONG";

    private static readonly DateOnly Day1 = LakeFixture.Day1;

    internal static readonly string[] All =
        ["ingest", "replace", "merge", "compact", "repartition", "undo", "vacuum", "checkpoint", "clean log", "hundredth commit", "adopt"];

    public static TheoryData<string> Names() => [.. All];

    /// <summary>A dataset with small files, a replaced file and, before a hundredth commit, 99 versions; before an adoption, only a folder.</summary>
    internal static LakeFixture Prepare(string work)
    {
        var lake = new LakeFixture();
        if (work == "adopt")
        {
            var raw = Directory.CreateDirectory(Path.Combine(lake.Store.Root, "raw", "symbol=IBM", "date=2024-11-01")).FullName;
            lake.Connection.Execute($"COPY (SELECT 'IBM' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, i::DOUBLE AS price FROM range(3) AS rows(i)) TO {LakeFixture.Quote(raw + "/x.parquet")} (FORMAT parquet)");
            return lake;
        }

        lake.Append(("IBM", Day1, 3), ("AIG", Day1, 1));
        Replace(lake, lake.Table);
        lake.Append(("IBM", Day1, 2), ("AIG", LakeFixture.Day2, 1));
        for (var version = 3; work == "hundredth commit" && version < 99; version++)
        {
            using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
            transaction.Commit(new CommitDetails(), CancellationToken.None);
        }

        return lake;
    }

    /// <summary>The same in another folder, which somebody else cleans up.</summary>
    internal static LakeFixture Copy(LakeFixture origin, string folder)
    {
        foreach (var path in Directory.EnumerateFiles(origin.Store.Root, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(origin.Store.Root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }

        return new LakeFixture(folder);
    }

    /// <summary>How many steps the work has, and what the rows are afterwards.</summary>
    internal static (int Steps, List<string> After) Measure(LakeFixture origin, string work)
    {
        using var folder = new MemoryFolder();
        using var lake = Copy(origin, folder.Path);
        var steps = 0;
        Do(lake, lake.TableWith(_ => steps++), work);
        return (steps, Rows(lake));
    }

    /// <summary>Repairs as the next writer does, and insists on before or after, a sound lake, no leftovers, and that doing the work again gives after.</summary>
    internal static bool CheckBeforeOrAfter(LakeFixture lake, string work, long versionBefore, List<string> before, List<string> after)
    {
        lake.Table.Recover();
        var latest = lake.Table.TryLoad();
        var isAfter = (latest?.Version ?? -1) > versionBefore;
        Assert.Equal(isAfter ? after : before, Rows(lake));
        Assert.Equal(latest?.Files.Select(file => file.Path) ?? [], lake.Tree(withLog: false));
        Assert.Empty(lake.Table.Verify(deep: true, CancellationToken.None).Problems);
        Assert.Empty(lake.Leftovers());
        if (!isAfter) Do(lake, lake.Table, work);
        Assert.Equal(after, Rows(lake));
        Assert.Empty(lake.Table.Verify(deep: false, CancellationToken.None).Problems);
        return isAfter;
    }

    internal static List<string> Rows(LakeFixture lake) => lake.Table.TryLoad() is { } snapshot ? lake.Rows(snapshot) : [];

    internal static void Do(LakeFixture lake, LakeTable table, string work)
    {
        var token = CancellationToken.None;
        switch (work)
        {
            case "ingest" or "hundredth commit":
                lake.Append(table, "file-new", ("IBM", Day1, 7), ("BRK/B", LakeFixture.Day2, 2));
                break;
            case "replace":
                Replace(lake, table);
                break;
            case "merge":
                Merge(lake, table);
                break;
            case "compact":
                table.Compact(1 << 20, token);
                break;
            case "repartition":
                table.Repartition(Partitioning.Month, token);
                break;
            case "undo":
                table.Undo(0, token);
                break;
            case "vacuum":
                table.Vacuum(TimeSpan.Zero, dryRun: false, token);
                break;
            case "checkpoint":
                table.WriteCheckpoint(token);
                break;
            case "clean log":
                table.CleanLog(TimeSpan.Zero, dryRun: false, token);
                break;
            case "adopt":
                table.Adopt(Path.Combine(lake.Store.Root, "raw"), new AdoptRequest { SymbolColumn = "symbol", TimeColumn = "time" }, token);
                break;
            default:
                throw new ArgumentException(work, nameof(work));
        }
    }

    private static void Replace(LakeFixture lake, LakeTable table)
    {
        var basis = table.TryLoad()!;
        using var transaction = table.Begin(basis, "merge");
        foreach (var file in basis.Files.Where(file => file.Symbol == "IBM")) transaction.Remove(file);
        lake.Write(transaction, "IBM", Day1, 5);
        Assert.True(transaction.Commit(LakeFixture.Details(5), CancellationToken.None).Committed);
    }

    private static void Merge(LakeFixture lake, LakeTable table)
    {
        using var transaction = table.Begin(table.TryLoad(), "ingest");
        var source = Path.Combine(lake.Store.Root, "late.file");
        lake.Connection.Execute(
            $"COPY (SELECT 'AIG' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, 9.0 AS price FROM range(5) AS rows(i)) TO {LakeFixture.Quote(source)} (FORMAT parquet)");
        transaction.MergePartition("AIG", new DateRange(Day1, Day1), [source], ["time"], keepLast: true, CancellationToken.None);
        Assert.True(transaction.Commit(new CommitDetails { RowsRead = 5, RowsStored = 5 }, CancellationToken.None).Committed);
    }
}
