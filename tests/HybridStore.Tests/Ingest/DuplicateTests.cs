using System.Globalization;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Every policy, with and without a key, in each layout: within a file, across the files of a run, and against the lake.</summary>
public sealed class DuplicateTests
{
    private static readonly string[] Key = ["symbol", "timestamp"];

    public static TheoryData<DuplicatePolicy, bool, Partitioning> Cases()
    {
        var cases = new TheoryData<DuplicatePolicy, bool, Partitioning>();
        foreach (var layout in (Partitioning[])[Partitioning.SymbolDate, Partitioning.Date, Partitioning.SymbolYear])
        {
            cases.Add(DuplicatePolicy.Keep, false, layout);
            cases.Add(DuplicatePolicy.Skip, false, layout);
            cases.Add(DuplicatePolicy.Skip, true, layout);
            cases.Add(DuplicatePolicy.Replace, true, layout);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_that_come_twice_are_what_a_simple_model_says(DuplicatePolicy policy, bool hasKey, Partitioning layout)
    {
        using var folder = new IngestFolder();
        var random = new Random(17);
        var model = new List<Row>();
        folder.Ingest(folder.Write("first.csv", Csv(Apply(model, Rows(random), DuplicatePolicy.Keep, hasKey, out _))), request => request with { Partitioning = layout });
        for (var run = 0; run < 3; run++)
        {
            var expected = new List<long>();
            for (var file = 0; file < 2; file++)
            {
                folder.Write($"run{run}/{file}.csv", Csv(Apply(model, Rows(random), policy, hasKey, out var stored)));
                expected.Add(stored);
            }

            var report = folder.Ingest(folder.File($"run{run}"), request => request with { OnDuplicate = policy, Key = hasKey ? Key : [], Partitioning = null });
            Assert.Equal(expected, report.Files.Select(one => one.RowsStored));
            Assert.All(report.Files, one => Assert.Equal(one.RowsRead - one.RowsStored, one.RowsDeduplicated));
            Assert.Equal(
                string.Join('\n', model.Select(row => row.ToString()).Order(StringComparer.Ordinal)),
                string.Join('\n', IngestFolder.Ask($"select symbol || ' ' || strftime(timestamp, '%d %H:%M') || ' ' || price from {folder.Rows()}").Split('\n').Order(StringComparer.Ordinal)));
        }

        Assert.Empty(new LakeTable(folder.Snapshot().Folder, TimeProvider.System).Verify(deep: true, CancellationToken.None).Problems);
    }

    [Fact]
    public void What_is_reported_as_written_is_what_the_commit_added_and_no_draft()
    {
        using var folder = new IngestFolder();
        folder.Ingest(folder.Write("a.csv", Csv([new("A", 1, 0, 1), new("A", 2, 0, 1), new("B", 1, 0, 1)])));
        var report = folder.Ingest(folder.Write("b.csv", Csv([new("A", 1, 0, 2), new("A", 1, 1, 2), new("B", 1, 0, 1)])), request => request with { OnDuplicate = DuplicatePolicy.Replace });
        var added = folder.Snapshot().Files.Where(file => file.AddedVersion == report.Version).ToList();
        Assert.Equal((added.Count, added.Sum(file => file.SizeBytes)), (report.Totals.FilesWritten, report.Totals.BytesWritten));
        Assert.Equal(1, added.Count(file => file.Symbol == "A"));
    }

    private static List<Row> Rows(Random random) =>
        [.. Enumerable.Range(0, 60).Select(_ => new Row(random.Next(2) == 0 ? "A" : "B", random.Next(1, 4), random.Next(8), random.Next(3)))];

    /// <summary>Applies a file's rows to the model as the policy says.</summary>
    /// <returns>The rows as they stand in the file.</returns>
    private static List<Row> Apply(List<Row> model, List<Row> rows, DuplicatePolicy policy, bool hasKey, out long stored)
    {
        object KeyOf(Row row) => hasKey ? (row.Symbol, row.Day, row.Minute) : row;
        if (policy == DuplicatePolicy.Keep)
        {
            model.AddRange(rows);
            stored = rows.Count;
            return rows;
        }

        var isReplacing = policy == DuplicatePolicy.Replace;
        var known = model.Select(KeyOf).ToHashSet();
        var fresh = rows.GroupBy(KeyOf).Where(group => isReplacing || !known.Contains(group.Key)).Select(group => isReplacing ? group.Last() : group.First()).ToList();
        if (isReplacing) model.RemoveAll(row => fresh.Exists(one => KeyOf(one).Equals(KeyOf(row))));
        model.AddRange(fresh);
        stored = fresh.Count;
        return rows;
    }

    private static string Csv(List<Row> rows) => "symbol,timestamp,price\n" + string.Concat(rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Symbol},2024-11-{row.Day:00} 10:{row.Minute:00}:00,{row.Price}\n")));

    private readonly record struct Row(string Symbol, int Day, int Minute, int Price)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Symbol} {Day:00} 10:{Minute:00} {Price}");
    }
}
