using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeUndoTests
{
    private static readonly DateOnly Day1 = LakeFixture.Day1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Undo_brings_back_what_a_replace_took_and_can_be_undone_itself()
    {
        using var lake = Replaced();
        Assert.Equal(["AIG|2024-11-01|2|3.0", "IBM|2024-11-01|5|15.0"], lake.Glob());

        Assert.Equal(2, lake.Table.Undo(null, Token).Version);
        Assert.Equal(["IBM|2024-11-01|3|6.0"], lake.Glob());
        Assert.Equal(3, lake.Table.Undo(null, Token).Version);
        Assert.Equal(["AIG|2024-11-01|2|3.0", "IBM|2024-11-01|5|15.0"], lake.Glob());
        Assert.Equal(4, lake.Table.Undo(0, Token).Version);
        Assert.Equal(["IBM|2024-11-01|3|6.0"], lake.Glob());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Equal(["undo", "undo", "undo", "merge", "ingest"], lake.Table.History().Select(entry => entry.Operation));
    }

    [Fact]
    public void Undo_of_an_ingest_lets_the_same_source_be_ingested_again()
    {
        using var lake = new LakeFixture();
        lake.Append(lake.Table, "file-1", ("IBM", Day1, 3));
        lake.Append(lake.Table, "file-2", ("AIG", Day1, 3));
        lake.Table.Undo(null, Token);
        Assert.Equal(["file-1"], lake.Table.TryLoad()!.AppTransactions.Keys);
        Assert.Equal(CommitConflict.AlreadyCommitted, lake.Append(lake.Table, "file-1", ("IBM", Day1, 3)).Conflict);
        Assert.True(lake.Append(lake.Table, "file-2", ("AIG", Day1, 3)).Committed);
        Assert.Equal(["AIG|2024-11-01|3|6.0", "IBM|2024-11-01|3|6.0"], lake.Glob());
    }

    [Fact]
    public void Undo_of_an_undo_knows_the_sources_of_the_rows_that_came_back()
    {
        using var lake = new LakeFixture();
        lake.Append(lake.Table, "file-1", ("IBM", Day1, 3));
        lake.Append(lake.Table, "file-2", ("AIG", Day1, 3));
        lake.Table.Undo(null, Token);
        lake.Table.Undo(null, Token);
        Assert.Equal(CommitConflict.AlreadyCommitted, lake.Append(lake.Table, "file-2", ("AIG", Day1, 3)).Conflict);
        Assert.Equal(["AIG|2024-11-01|3|6.0", "IBM|2024-11-01|3|6.0"], lake.Glob());
    }

    /// <summary>Each source has a symbol of its own, so that the symbols with rows are the sources that must be known.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Through_any_chain_of_changes_the_known_sources_are_those_of_the_rows(int seed)
    {
        var random = new Random(seed);
        using var lake = new LakeFixture();
        lake.Append(lake.Table, "S0", ("S0", Day1, 2));
        for (var step = 1; step <= 25; step++)
        {
            var version = lake.Table.TryLoad()!.Version;
            switch (random.Next(4))
            {
                case 0:
                    lake.Append(lake.Table, $"S{step}", ($"S{step}", Day1, 2));
                    break;
                case 1:
                    lake.Table.Repartition(lake.Table.TryLoad()!.Dataset.Partitioning == Partitioning.SymbolDate ? Partitioning.SymbolMonth : Partitioning.SymbolDate, Token);
                    break;
                default:
                    lake.Table.Undo(random.NextInt64(version + 1), Token);
                    break;
            }

            var snapshot = lake.Table.TryLoad()!;
            Assert.Equal(snapshot.Files.Select(file => file.Symbol).Distinct().Order(StringComparer.Ordinal), snapshot.AppTransactions.Keys.Order(StringComparer.Ordinal));
        }

        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    [Fact]
    public void Undo_that_changes_rows_only_leaves_the_description_of_the_table_alone()
    {
        using var lake = Replaced();
        lake.Table.Undo(null, Token);
        Assert.DoesNotContain("\"metaData\"", File.ReadAllText(Path.Combine(lake.Folder, "_delta_log", LakePaths.CommitName(2))), StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_to_a_version_whose_file_was_vacuumed_says_so_and_changes_nothing()
    {
        using var lake = Replaced();
        lake.Table.Vacuum(TimeSpan.Zero, dryRun: false, Token);
        Assert.Contains("vacuumed", Assert.Throws<StoreException>(() => lake.Table.Undo(0, Token)).Message, StringComparison.Ordinal);
        Assert.Equal(1, lake.Table.TryLoad()!.Version);
        Assert.Empty(lake.Leftovers());
    }

    [Fact]
    public void Undo_of_a_damaged_file_is_refused()
    {
        using var lake = Replaced();
        var retired = Directory.GetFiles(Path.Combine(lake.Folder, "_retired"), "*", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(retired);
        bytes[100] ^= 1;
        File.WriteAllBytes(retired, bytes);
        Assert.Equal(StoreErrorKind.CorruptStore, Assert.Throws<StoreException>(() => lake.Table.Undo(0, Token)).Kind);
    }

    [Fact]
    public void Vacuum_deletes_only_what_was_replaced_longer_ago_than_the_limit()
    {
        using var lake = Replaced();
        Assert.Empty(lake.Table.Vacuum(TimeSpan.FromDays(7), dryRun: false, Token).Paths);
        var would = lake.Table.Vacuum(TimeSpan.Zero, dryRun: true, Token);
        Assert.True(File.Exists(Assert.Single(would.Paths)));
        Assert.Equal(would.Bytes, new FileInfo(would.Paths[0]).Length);
        Assert.Equal(1, would.OldestVersion);
        Assert.Equal(would.Paths, lake.Table.Vacuum(TimeSpan.Zero, dryRun: false, Token).Paths);
        Assert.False(File.Exists(would.Paths[0]));
        Assert.Equal(["AIG|2024-11-01|2|3.0", "IBM|2024-11-01|5|15.0"], lake.Glob());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    [Fact]
    public void History_tells_who_did_what()
    {
        using var lake = Replaced();
        var entry = lake.Table.History(countMax: 1).Single();
        Assert.Equal((1L, "merge", 2, 1, 7L), (entry.Version, entry.Operation, entry.FilesAdded, entry.FilesRemoved, entry.RowsAdded));
        Assert.Equal(LakeFixture.Details(7).Sources, entry.Details!.Sources);
        Assert.Equal((7L, 7L, 0.5), (entry.Details.RowsRead, entry.Details.RowsStored, entry.Details.Seconds));
        Assert.StartsWith("hybrid/", entry.Engine, StringComparison.Ordinal);
        Assert.InRange(entry.Time!.Value, DateTimeOffset.UnixEpoch.AddYears(50), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public void WriteCheckpoint_reads_back_the_same_table_also_when_the_commits_before_it_are_gone()
    {
        using var lake = Replaced();
        lake.Append(lake.Table, "file-3", ("BRK/B", Day1, 1));
        var before = lake.Table.TryLoad()!;
        Assert.Equal(2, lake.Table.WriteCheckpoint(Token));
        Assert.Equal(Describe(before), Describe(lake.Table.TryLoad()!));
        lake.Append(("IBM", Day1, 1));
        for (var version = 0; version <= 2; version++) File.Delete(Path.Combine(lake.Folder, "_delta_log", $"{version:D20}.json"));

        Assert.Equal(Describe(before), Describe(lake.Table.TryLoad(2)!));
        Assert.Equal(4, lake.Table.TryLoad()!.Files.Count);
        Assert.Equal(1, lake.Table.TryLoad()!.Files.Count(file => file.AddedVersion == 3));
        Assert.Single(lake.Table.History());
        Assert.Contains("no longer has version 1", Assert.Throws<StoreException>(() => lake.Table.TryLoad(1)).Message, StringComparison.Ordinal);
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    private static string Describe(LakeSnapshot snapshot) => string.Join(
        '\n',
        [
            $"{snapshot.Version} {snapshot.Dataset with { Columns = [] }} {string.Join(' ', snapshot.Dataset.Columns)} {string.Join(' ', snapshot.AppTransactions)}",
            .. snapshot.Files.Select(file => $"{file with { Statistics = [] }} {string.Join(' ', file.Statistics)}"),
        ]);

    /// <summary>Version 0 has 3 rows of IBM; version 1 has 5 instead, and 2 of AIG.</summary>
    private static LakeFixture Replaced()
    {
        var lake = new LakeFixture();
        lake.Append(("IBM", Day1, 3));
        var basis = lake.Table.TryLoad()!;
        using var transaction = lake.Table.Begin(basis, "merge");
        transaction.Remove(basis.Files.Single());
        lake.Write(transaction, "IBM", Day1, 5);
        lake.Write(transaction, "AIG", Day1, 2);
        Assert.True(transaction.Commit(LakeFixture.Details(7), CancellationToken.None).Committed);
        return lake;
    }
}
