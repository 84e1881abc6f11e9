using System.Text.Json;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary><c>hybrid export</c>: what leaves the store comes back as it was.</summary>
public sealed class ExportCommandTests(ExportCommandTests.OddStore store) : IClassFixture<ExportCommandTests.OddStore>, IDisposable
{
    private static readonly string[] Tickers =
    [
        "IBM", "ibm", "Ibm", "NULL", "null", "007", "BRK/B", "BRK.B", "B.", "../../x", "%2F", "a b", "CON", "🙂", "=1+1", "-x", "+x", "@x", "it''s", "__HIVE_DEFAULT_PARTITION__", "é", new string('L', 300), new string('/', 120),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid = store.Program;

    /// <summary>A store with tickers and texts that programs trip over, in a layout by symbol and in one by time.</summary>
    public sealed class OddStore : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public OddStore()
        {
            Program = new HybridProgram(_folder.File("store"));
            var csv = "ticker,time,price,size,note\n" + string.Concat(Tickers.SelectMany((ticker, number) => Enumerable.Range(0, 3).Select(row =>
                $"\"{ticker}\",2024-11-0{row + 1} 10:00:00.{number:D3}001,{number}.{row}5,{(row == 0 ? "" : $"{number}")},\"{(row == 1 ? "a,\"\"b\"\"\nc" : row == 2 ? "" : "=HYPERLINK(x)")}\"\n")));
            foreach (var (name, layout) in ((string, string)[])[("bysymbol", "symbol/date"), ("bytime", "date")])
            {
                Program.RunOk("ingest", _folder.Write($"{name}/a.csv", csv), "--symbol-column", "ticker", "--time-column", "time", "--columns", "price:decimal(18,4)", "--partition-by", layout, "--quiet");
            }
        }

        internal HybridProgram Program { get; }

        public void Dispose() => _folder.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    private JsonElement Export(params string[] arguments) => JsonDocument.Parse(_hybrid.RunOk(["export", .. arguments, "--format", "json"])).RootElement;

    private string Ask(string sql) => _hybrid.RunOk("sql", sql, "--output", "csv").Split('\n', 2)[1].TrimEnd();

    [Theory]
    [InlineData("bysymbol", "csv")]
    [InlineData("bysymbol", "csv.zst")]
    [InlineData("bytime", "csv.gz")]
    public void What_is_exported_by_symbol_and_ingested_again_is_the_same(string dataset, string format)
    {
        var export = Export(dataset, "-o", _folder.File("out"), "--split", "symbol", "--output", format);
        Assert.Equal(Tickers.Length * 3, export.GetProperty("rows").GetInt64());
        var files = Directory.GetFiles(_folder.File("out"));
        Assert.Equal(Tickers.Length, files.Length);
        Assert.DoesNotContain(files, file => Path.GetFileName(file).StartsWith('.'));
        Assert.All(files, file => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(Path.GetFileName(file)), 1, 255));
        Assert.Equal(files.Order(StringComparer.Ordinal), export.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(files.Select(Path.GetFileName).Distinct(StringComparer.OrdinalIgnoreCase).Count(), files.Length);
        var copy = $"copy{Guid.NewGuid():N}"[..20];
        _hybrid.RunOk("ingest", _folder.File("out"), "--dataset", copy, "--symbol-column", "ticker", "--time-column", "time", "--columns", "price:decimal(18,4)", "--quiet");
        Assert.Equal("0,0,69", Ask($"select (select count(*) from (from {dataset} except all from {copy})), (select count(*) from (from {copy} except all from {dataset})), count(*) from {copy}"));
    }

    [Fact]
    public void Symbols_days_and_columns_are_chosen()
    {
        var file = _folder.File("some.csv");
        var symbols = _folder.Write("symbols.txt", "007\nBRK/B\n");
        Assert.Equal(4, Export("bysymbol", "-o", file, "--symbols", "@" + symbols, "--from", "2024-11-02", "--to", "2024-11-03", "--select", "ticker,date,size,symbol").GetProperty("rows").GetInt64());
        Assert.Equal("ticker,date,size,symbol\n007,2024-11-02,5,007\n007,2024-11-03,5,007\nBRK/B,2024-11-02,6,BRK/B\nBRK/B,2024-11-03,6,BRK/B\n", File.ReadAllText(file));
    }

    [Fact]
    public void Rows_come_in_order_of_time_though_their_files_do_not()
    {
        var program = new HybridProgram(_folder.File("store"));
        foreach (var hour in (int[])[12, 10, 14])
        {
            program.RunOk("ingest", _folder.Write($"{hour}/a.csv", $"symbol,time,price\nA,2024-11-01 {hour}:00:00,{hour}\nA,2024-11-01 {hour}:30:00,{hour}\n"), "--dataset", "q", "--partition-by", hour == 12 ? "symbol/date" : "auto", "--quiet");
        }

        program.RunOk("export", "q", "-o", _folder.File("q.csv"), "--select", "price");
        Assert.Equal(["price", "10", "10", "12", "12", "14", "14"], File.ReadAllLines(_folder.File("q.csv")));
    }

    [Fact]
    public void A_spreadsheet_gets_no_formula()
    {
        var file = _folder.File("safe.csv");
        Export("bysymbol", "-o", file, "--spreadsheet-safe", "--symbols", "=1+1,-x,+x,@x,IBM", "--to", "2024-11-01", "--select", "ticker,note");
        Assert.Equal(["ticker,note", "'+x,'=HYPERLINK(x)", "'-x,'=HYPERLINK(x)", "'=1+1,'=HYPERLINK(x)", "'@x,'=HYPERLINK(x)", "IBM,'=HYPERLINK(x)"], File.ReadAllLines(file).Order(StringComparer.Ordinal).OrderBy(line => line != "ticker,note"));
    }

    [Fact]
    public void Parquet_holds_the_same_rows()
    {
        Export("bytime", "-o", _folder.File("all.parquet"));
        _hybrid.RunOk("adopt", Path.GetDirectoryName(_folder.File("all.parquet"))!, "--dataset", "adopted", "--symbol-column", "ticker", "--time-column", "time", "--rewrite");
        Assert.Equal("0,0", Ask("select (select count(*) from (from bytime except all from adopted)), (select count(*) from (from adopted except all from bytime))"));
    }

    /// <summary>A walk over everything found it refused as a device.</summary>
    [Fact]
    public void What_lies_in_memory_is_written_like_any_other_file()
    {
        using var memory = new MemoryFolder();
        var file = Path.Combine(memory.Path, "there.csv");
        Export("bytime", "-o", file);
        Assert.StartsWith("ticker,", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_is_replaced_only_by_force()
    {
        var file = _folder.Write("there.csv", "mine");
        var refused = _hybrid.Run("export", "bytime", "-o", file);
        Assert.Equal((2, "mine"), (refused.ExitCode, File.ReadAllText(file)));
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Export("bytime", "-o", file, "--force");
        Assert.StartsWith("ticker,", File.ReadAllText(file), StringComparison.Ordinal);

        var folder = _folder.File("there");
        Export("bytime", "-o", folder, "--split", "symbol", "--output", "csv", "--symbols", "IBM,007");
        Assert.Equal(2, _hybrid.Run("export", "bytime", "-o", folder, "--split", "symbol", "--output", "csv").ExitCode);
        Export("bytime", "-o", folder, "--split", "symbol", "--output", "csv", "--symbols", "IBM", "--force");
        Assert.Equal(["IBM.csv"], Directory.GetFiles(folder).Select(Path.GetFileName));
        var mine = _folder.Write("there/mine.txt", "mine");
        Assert.Contains("would be lost", _hybrid.Run("export", "bytime", "-o", folder, "--split", "symbol", "--output", "csv", "--force").Error, StringComparison.Ordinal);
        Assert.True(File.Exists(mine));
        Assert.Equal(["there", "there.csv"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("Did you mean 'bytime'?", "byzime", "-o", "x.csv")]
    [InlineData("no symbol 'IBN'. Did you mean 'IBM'?", "bytime", "-o", "x.csv", "--symbols", "IBN")]
    [InlineData("no column 'prize'. Did you mean 'price'?", "bytime", "-o", "x.csv", "--select", "prize")]
    [InlineData("tells no format", "bytime", "-o", "x.xls")]
    [InlineData("the folder is not there", "bytime", "-o", "no/x.csv")]
    [InlineData("this is a device", "bytime", "-o", "/dev/null", "--output", "csv", "--force")]
    [InlineData("read neither Parquet nor Arrow", "bytime", "-o", "x.parquet", "--spreadsheet-safe")]
    [InlineData("is after --to", "bytime", "-o", "x.csv", "--from", "2024-11-02", "--to", "2024-11-01")]
    public void What_is_wrong_is_said_in_one_line_and_leaves_nothing(string expected, params string[] arguments)
    {
        var before = Directory.GetFileSystemEntries(Environment.CurrentDirectory);
        var run = _hybrid.Run(["export", .. arguments]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Equal(before, Directory.GetFileSystemEntries(Environment.CurrentDirectory));
    }

    /// <summary>Nobody can make a file in /proc, not even root.</summary>
    [Theory]
    [InlineData("export bysymbol -o /proc/x.csv")]
    [InlineData("export bysymbol -o /proc/x.parquet")]
    [InlineData("export bysymbol --split symbol --output csv -o /proc/x")]
    [InlineData("sql 1 -o /proc/x.csv")]
    [InlineData("sql 1 -o /proc/x.parquet")]
    public void A_folder_that_takes_no_file_is_named_and_no_fault_of_the_store(string command)
    {
        var run = _hybrid.Run(command.Replace("sql 1", "sql select*from/**/bytime", StringComparison.Ordinal).Split(' '));
        Assert.Equal((5, ""), (run.ExitCode, run.Out));
        Assert.Contains(": the folder /proc takes no file: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("verify", run.Error, StringComparison.Ordinal);
    }
}
