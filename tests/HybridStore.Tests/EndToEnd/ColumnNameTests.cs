using System.Text.RegularExpressions;
using HybridStore.Query;
using HybridStore.Tests.Ingest;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>
/// Columns of a CSV that are called as something in our own SQL is: every name there is walked through every command that rewrites or
/// reads rows.
/// </summary>
public sealed partial class ColumnNameTests : IDisposable
{
    private const int Rows = 60;

    /// <summary>What DuckDB adds by itself, what the code builds names for, and parameters of the functions.</summary>
    private static readonly string[] MoreNames =
    [
        "filename", "file_row_number", "file_index", "rowid", "file_row_number_", "hybrid_source_file_", "k0", "k1", "merge_rows", "merge_known", "hybrid symbol", "hybrid symbol index",
        "column_name", "column_type", "month", "year", "day", "dataset", "every", "n", "col", "symbols", "from_date", "to_date", "power", "hold", "this", "count", "hybrid_file_row_number",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public ColumnNameTests() => _hybrid = new HybridProgram(_folder.File("store"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_name_of_our_sql_can_be_a_column(bool isText)
    {
        var names = Names();
        Assert.True(names.Count > 60, $"Only {names.Count} names were found.");
        string Value(int row, int column) => $"{(isText ? "v" : "")}{1000 - column * 7 + row * 13}";
        string Line(int row, string end) =>
            $"{(row % 3 == 0 ? "A" : "B")},2024-11-0{1 + row % 2} 10:{Rows - 1 - row:00}:00,{string.Join(',', names.Select((_, column) => Value(row, column)))}{end}\n";
        string File(string name, int from, int to) =>
            _folder.Write(
                name,
                $"symbol,timestamp,{string.Join(',', names)}\n"
                    + string.Concat(Enumerable.Range(from, to - from).Select(row => Line(row, ""))));
        List<string> expected = [.. Enumerable.Range(0, Rows).Select(row => Line(row, "")).Order(StringComparer.Ordinal)];

        _hybrid.RunOk("ingest", File("first.csv", 0, 25), "--dataset", "d", "--partition-by", "symbol/date", "--jobs", "2");
        _hybrid.RunOk("ingest", File("second.csv", 20, 45), "--dataset", "d", "--key", "symbol,timestamp,k0,file_row_number",
            "--on-duplicate", "skip");
        _hybrid.RunOk("ingest", File("third.csv", 40, Rows), "--dataset", "d", "--key", "symbol,timestamp", "--on-duplicate", "replace");
        AssertRows("d", expected);
        _hybrid.RunOk("compact", "--dataset", "d");
        AssertRows("d", expected);
        foreach (var layout in (string[])["date", "symbol/date"])
        {
            _hybrid.RunOk("repartition", layout, "--dataset", "d");
            AssertRows("d", expected);
        }

        _hybrid.RunOk("derive", "sampled", "--from", "d", "--as", "sample", "--rows", "1");
        _hybrid.RunOk("derive", "chosen", "--from", "d", "--sql", "select * from d where price is not null");
        AssertRows("chosen", expected);
        Assert.Equal($"{Rows}", Ask("select count(*) from sampled"));
        if (!isText)
        {
            var sum = Enumerable.Range(0, Rows).Sum(row => 1000 - names.IndexOf("hybrid_seq") * 7 + row * 13);
            Assert.Equal($"{sum}", Ask("select sum(hybrid_seq)::bigint from d"));
            Assert.Equal($"{sum}", Ask("select sum(hybrid_seq_)::bigint from sampled"));
            foreach (var name in names.Where(name => !name.StartsWith("hybrid_", StringComparison.Ordinal)))
            {
                _hybrid.RunOk("sql", $"from time_weighted('d', '{name}', '1 hour')");
            }
        }

        // Changed days are computed again beside old rows that stay.
        _hybrid.RunOk(
            "ingest",
            _folder.Write("late.csv",
                $"symbol,timestamp,{string.Join(',', names)}\n" + Line(0, "").Replace("10:59", "11:59", StringComparison.Ordinal)),
            "--dataset", "d");
        _hybrid.RunOk("derive", "--all");
        expected = [.. expected.Append(Line(0, "").Replace("10:59", "11:59", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        AssertRows("chosen", expected);
        AssertInOrder();
        _hybrid.RunOk("verify", "--deep");
    }

    [Fact]
    public void A_symbol_and_a_time_may_be_called_as_DuckDBs_own_columns_are()
    {
        var path = _folder.Write("a.csv",
            "filename,file_index,file_row_number\nA,2024-11-01 10:00:00,5\nB,2024-11-01 09:00:00,6\nA,2024-11-01 08:00:00,7\n");
        _hybrid.RunOk("ingest", path, "--dataset", "d", "--symbol-column", "filename", "--time-column", "file_index", "--partition-by",
            "date");
        _hybrid.RunOk("repartition", "symbol/date", "--dataset", "d");
        Assert.Equal(
            "A-5-10 A-7-8 B-6-9",
            Ask(
                "select string_agg(symbol || '-' || file_row_number || '-' || hour(file_index), ' ' order by file_row_number + (symbol = 'B')::int * 10) from d"));
        Assert.Equal("3", Ask("select sum(row_count)::bigint from coverage('d')"));
        using var session = Store.Open(_hybrid.Store).OpenSession();
        using var scan = session.Scan("d", ["A", "B"], null, null, ["file_row_number"], ScanOrder.ByTime);
        var numbers = new List<long>();
        while (scan.Read()) numbers.AddRange(scan.Values<long>(0).ToArray());
        Assert.Equal([7, 6, 5], numbers);
    }

    [Theory]
    [InlineData("month")]
    [InlineData("year")]
    public void A_column_with_the_name_of_the_layouts_folders_gets_a_name_of_its_own_and_keeps_it(string layout)
    {
        string File(int day) => _folder.Write($"{day}.csv", $"symbol,timestamp,{layout}\nA,2024-11-{day} 10:00:00,{day}\n");
        Assert.Contains($"column '{layout}' is stored as 'source_{layout}'",
            _hybrid.Run("ingest", File(11), "--dataset", "d", "--partition-by", layout).Error);
        _hybrid.RunOk("ingest", File(12), "--dataset", "d");
        _hybrid.RunOk("repartition", "date", "--dataset", "d");
        _hybrid.RunOk("ingest", File(13), "--dataset", "d");
        Assert.Equal("36", Ask($"select sum(source_{layout})::bigint from d"));
        _hybrid.RunOk("derive", "named", "--from", "d", "--sql", $"select symbol, timestamp, source_{layout} as {layout} from d");
        var refused = _hybrid.Run("repartition", layout, "--dataset", "named");
        Assert.Contains("Choose another layout, or call the column otherwise", refused.Error);
    }

    [Fact]
    public void A_condition_on_a_column_called_filename_finds_its_rows()
    {
        _hybrid.RunOk("ingest", _folder.Write("a.csv", "symbol,timestamp,filename\nA,2024-11-01 10:00:00,x1\nA,2024-11-01 10:00:01,x2\n"),
            "--dataset", "d", "--partition-by", "date");
        Assert.Equal("1", Ask("select count(*) from d where filename = 'x1' and date = '2024-11-01'"));
        _hybrid.RunOk("export", "d", "-o", _folder.File("out.csv"));
    }

    [Fact]
    public void A_folder_of_others_with_a_name_that_we_need_is_refused_by_name()
    {
        Directory.CreateDirectory(_folder.File("others"));
        IngestFolder.Ask(
            $"copy (select 'A' as symbol, timestamp '2024-11-01' as timestamp, 5 as file_row_number) to '{_folder.File("others/a.parquet")}'");
        var refused = _hybrid.Run("adopt", _folder.File("others"), "--dataset", "o", "--time-column", "timestamp", "--rewrite");
        Assert.Equal((2, true),
            (refused.ExitCode, refused.Error.Contains("column 'file_row_number' has a name that hybrid gives", StringComparison.Ordinal)));
    }

    /// <summary>The names that the SQL of the lake, of ingest, of queries and of derived datasets gives to columns and tables.</summary>
    private static List<string> Names()
    {
        string[] roles = ["symbol", "timestamp", "date"];
        var sources = SourceTree.CodeFiles("src/HybridStore/Lake", "src/HybridStore/Ingest", "src/HybridStore/Query",
            "src/HybridStore/Derive", "src/HybridStore/Coverage")
            .Where(file => file.EndsWith("Sql.cs", StringComparison.Ordinal));
        var found = sources.SelectMany(file => AddedName().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value);
        return [.. found.Concat(MoreNames).Distinct().Except(roles).Order(StringComparer.Ordinal)];
    }

    private void AssertRows(string dataset, List<string> expected)
    {
        _hybrid.RunOk("export", dataset, "-o", _folder.File("out.csv"), "--force");
        var lines = File.ReadAllLines(_folder.File("out.csv"));
        var dates = lines.Skip(1).Select(line => line + "\n").Order(StringComparer.Ordinal);
        Assert.Equal(expected, dates);
    }

    private void AssertInOrder()
    {
        using var session = Store.Open(_hybrid.Store).OpenSession();
        using var scan = session.Scan("d", ["A", "B"], null, null, ["file_index", "filename"], ScanOrder.ByTime);
        var (count, last) = (0, long.MinValue);
        while (scan.Read())
        {
            foreach (var time in scan.TimesUs)
            {
                Assert.True(time >= last);
                (count, last) = (count + 1, time);
            }
        }

        Assert.Equal(Rows + 1, count);
    }

    private string Ask(string sql) => _hybrid.RunOk("sql", sql, "--output", "csv").Split('\n')[1].Trim('"', '\r');

    [GeneratedRegex("""\bAS (?<name>[a-z_][a-z0-9_]*)|(?<name>\bhybrid_[a-z_]+)""")]
    private static partial Regex AddedName();
}
