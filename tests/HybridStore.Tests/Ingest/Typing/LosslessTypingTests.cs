using System.Text;
using HybridStore.Schema;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.Ingest.Typing;

/// <summary>A stored value is what its text says, or its row is in quarantine with its line; there is nothing between.</summary>
/// <remarks>
/// HYBRID_TEST_TYPING_FILES says how many files to make (some thousands take minutes), HYBRID_SIMD by which instructions they are read,
/// HYBRID_TEST_REAL_FILES names folders of more real files, with colons between.
/// </remarks>
public sealed class LosslessTypingTests : IDisposable
{
    private static readonly int FileCount = int.Parse(Environment.GetEnvironmentVariable("HYBRID_TEST_TYPING_FILES") ?? "40");

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ingest_of_awkward_files_keeps_every_value_or_tells_its_row()
    {
        var kinds = new HashSet<ColumnKind>();
        long stored = 0, rejected = 0;
        for (var seed = 1; seed <= FileCount; seed++)
        {
            using var folder = new IngestFolder();
            var path = folder.File("a.csv");
            var file = AwkwardFile.Write(path, seed);
            var report = folder.Ingest(path, request => request with { Partitioning = Partitioning.Year });
            if (report.Files[0].Error is { } error)
            {
                // Every row has a value that its column cannot hold: told, and nothing stored.
                Assert.Contains("none of its", error);
                continue;
            }

            Check(folder, path, file, seed);
            Judge(folder, path, seed);
            kinds.UnionWith(folder.Snapshot().Dataset.Columns.Select(column => column.Type.Kind));
            stored += report.Totals.RowsStored;
            rejected += report.Totals.RowsRejected;
        }

        TestContext.Current.SendDiagnosticMessage($"{FileCount} files: {stored} rows stored, {rejected} rejected");
        Assert.True(FileCount < 40 || (kinds.Count >= 7 && rejected > 0 && stored > rejected), $"{stored} stored, {rejected} rejected, types {string.Join(' ', kinds)}");
    }

    public static TheoryData<string> RealFiles =>
        [.. ((string[])["data/sample/quotes", "data/sample/trades"]).Concat((Environment.GetEnvironmentVariable("HYBRID_TEST_REAL_FILES") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))];

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Ingest_of_real_files_stores_the_rows_that_DuckDB_reads(string files)
    {
        var folder = Path.Combine(SourceTree.Root, files);
        _folder.Ingest(folder);
        var columns = _folder.Snapshot().Dataset.Columns;
        var list = string.Join(", ", columns.Select(column => column.Name));
        var ours = $"select {list} from {_folder.Rows()}";
        var theirs = $"select {string.Join(", ", columns.Select(column => $"cast({column.Name} as {column.Type.ToSql()})"))} from read_csv('{folder}/*.csv*', header = true, all_varchar = true, delim = ',', quote = '\"')";
        Assert.Equal("0,0", IngestFolder.Ask($"select (select count(*) from ({ours} except all {theirs})), (select count(*) from ({theirs} except all {ours}))"));
        Assert.NotEqual("0", IngestFolder.Ask($"select count(*) from ({theirs})"));
    }

    /// <summary>Each row is stored once with what its texts say, or rejected with its line and its text.</summary>
    private static void Check(IngestFolder folder, string path, AwkwardFile file, int seed)
    {
        var lines = File.ReadAllLines(path);
        var rejects = folder.RejectRows();
        var rejectedLines = rejects.Select(row => row.GetProperty("line").GetInt32()).ToHashSet();
        foreach (var row in rejects) Assert.Equal(lines[row.GetProperty("line").GetInt32() - 1], row.GetProperty("row").GetString());
        Assert.Equal(rejects.Count, rejectedLines.Count);
        var types = Enumerable.Range(0, AwkwardFile.ColumnCount).Select(column => folder.Snapshot().Dataset.Find($"c{column}")!.Type).ToArray();
        var answer = IngestFolder.Ask($"select id, {string.Join(", ", types.Select((_, column) => $"hex(c{column}::varchar)"))} from {folder.Rows()}");
        var stored = answer.Split('\n').Select(row => row.Split(',')).ToDictionary(row => int.Parse(row[0]), row => row[1..]);
        var marks = new HashSet<char>();
        for (var row = 0; row < file.Rows.Count; row++)
        {
            var isStored = stored.TryGetValue(row, out var values);
            Assert.True(isStored != rejectedLines.Contains(row + 2), $"seed {seed}: line {row + 2} is {(isStored ? "stored and rejected" : "neither stored nor rejected")}");
            for (var column = 0; isStored && column < AwkwardFile.ColumnCount; column++)
            {
                var value = values![column] == "null" ? null : Encoding.UTF8.GetString(Convert.FromHexString(values[column]));
                var text = file.Rows[row][column];
                if (value is not null && types[column].Kind is ColumnKind.BigInt or ColumnKind.Double or ColumnKind.Decimal && text.AsSpan().IndexOfAny(",.") is >= 0 and var mark) marks.Add(text[mark]);
                Assert.True(
                    StoredValue.Is(text, value, types[column]) || (types[column].Kind != ColumnKind.Varchar && StoredValue.Is(text.Replace(',', '.'), value, types[column])),
                    $"seed {seed}: line {row + 2}: '{text}' is stored as {types[column]} {value}");
            }
        }

        // 1,5 is a number where nothing in the file has a decimal point, and nowhere else.
        Assert.True(marks.Count < 2, $"seed {seed}: numbers with commas and with points");
    }

    /// <summary>DuckDB's reader and casts are of the same mind.</summary>
    private static void Judge(IngestFolder folder, string path, int seed)
    {
        var columns = folder.Snapshot().Dataset.Columns.Where(column => column.Type.Kind != ColumnKind.TimestampTz).ToList();
        var texts = string.Join(", ", folder.Snapshot().Dataset.Columns.Select(column => $"'{column.Name}': 'VARCHAR'"));
        var rejected = string.Join(", ", folder.RejectRows().Select(row => row.GetProperty("line").GetInt32() - 2).Prepend(-1));
        var ours = $"select {string.Join(", ", columns.Select(column => column.Name))} from {folder.Rows()}";
        var theirs = $"select {string.Join(", ", columns.Select(column => column.Type.Kind == ColumnKind.Varchar ? column.Name : $"try_cast(trim(replace({column.Name}, ',', '.')) as {column.Type.ToSql()})"))} "
            + $"from read_csv('{path}', auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', columns = {{{texts}}}) where id::bigint not in ({rejected})";
        Assert.Equal($"seed {seed}: 0,0", $"seed {seed}: " + IngestFolder.Ask($"select (select count(*) from ({ours} except all {theirs})), (select count(*) from ({theirs} except all {ours}))"));
    }
}
