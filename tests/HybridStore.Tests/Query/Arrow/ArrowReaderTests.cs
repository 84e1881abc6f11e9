using System.Text.Json;
using System.Text.RegularExpressions;
using Apache.Arrow;
using HybridStore.Query.Arrow;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.Query.Arrow;

/// <summary>Record batches in C#, and files and streams as Arrow's JavaScript library reads them.</summary>
public sealed partial class ArrowReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _program;
    private readonly Store _store;

    public ArrowReaderTests()
    {
        _program = new HybridProgram(_folder.File("store"));
        var rows = Enumerable.Range(0, 5000).Select(row => $"IBM,2024-11-04 09:30:00.{row:000000},{row}.25,{(row % 3 == 0 ? "" : $"{row}")}");
        _program.RunOk("ingest", _folder.Write("csv/a.csv", "symbol,time,price,size\n" + string.Join('\n', rows) + "\n"), "--dataset", "trades", "--quiet");
        _store = Store.Open(_program.Store);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Batches_hold_every_row_and_outlive_reader_and_session()
    {
        var batches = new List<RecordBatch>();
        var session = _store.OpenSession();
        var reader = session.QueryArrow("select price, size, symbol from trades where symbol = $sym order by time", new Dictionary<string, object?> { ["sym"] = "IBM" });
        while (reader.Read() is { } batch) batches.Add(batch);
        Assert.Equal(["price", "size", "symbol"], reader.Schema.FieldsList.Select(field => field.Name));
        session.Dispose();
        reader.Dispose();
        GC.Collect();
        Assert.Equal(5000, batches.Sum(batch => batch.Length));
        Assert.True(batches.Count > 1);
        var row = 0;
        foreach (var batch in batches)
        {
            var (prices, sizes, symbols) = ((DoubleArray)batch.Column(0), (Int64Array)batch.Column(1), (StringArray)batch.Column(2));
            for (var index = 0; index < batch.Length; index++, row++)
            {
                Assert.Equal(row + 0.25, prices.GetValue(index));
                Assert.Equal(row % 3 == 0 ? null : row, sizes.GetValue(index));
                Assert.Equal("IBM", symbols.GetString(index));
            }

            batch.Dispose();
        }
    }

    [Fact]
    public async Task A_reader_goes_on_when_its_session_is_disposed_and_stops_when_it_is_cancelled()
    {
        var session = _store.OpenSession();
        using var source = new CancellationTokenSource();
        using ArrowReader reader = session.QueryArrow("select range from range(1000000) order by hash(range)", cancellationToken: source.Token);
        session.Dispose();
        (await reader.ReadNextRecordBatchAsync(TestContext.Current.CancellationToken))!.Dispose();
        await source.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => reader.Read());
        Assert.Throws<ObjectDisposedException>(() => session.QueryArrow("select 1"));
    }

    [Theory]
    [InlineData("1::uhugeint", "UHUGEINT")]
    [InlineData("interval '1 hour'", "INTERVAL")]
    [InlineData("timetz '09:30:00+02'", "TIME WITH TIME ZONE")]
    [InlineData("'1011'::bit", "BIT")]
    [InlineData("'12345678901234567890123456789012345678901234567890'::bignum", "BIGNUM")]
    [InlineData("[interval '1 hour']", "INTERVAL")]
    [InlineData("{'a': 1::hugeint}", "HUGEINT")]
    [InlineData("union_value(a := 1)", "UNION")]
    public void A_type_that_DuckDB_would_change_in_silence_is_refused_by_name(string value, string type)
    {
        var exception = Assert.Throws<StoreException>(() => _store.QueryArrow($"select {value} as x"));
        Assert.Equal(StoreErrorKind.Usage, exception.Kind);
        Assert.StartsWith($"column 'x': there is no Arrow type that holds every {type}", exception.Message);
    }

    [Fact]
    public void An_integer_of_39_digits_is_refused_when_it_comes()
    {
        using var reader = _store.QueryArrow("select x from (values (1::hugeint), (null), ('99999999999999999999999999999999999999'::hugeint)) t(x)");
        using (var batch = reader.Read()) Assert.Equal("99999999999999999999999999999999999999", ((Decimal128Array)batch!.Column(0)).GetString(2));
        using var beyond = _store.QueryArrow("select '-100000000000000000000000000000000000000'::hugeint as x");
        Assert.Contains("more than the 38 digits", Assert.Throws<StoreException>(beyond.Read).Message);
    }

    [Fact]
    public void A_second_reader_sees_the_types_that_the_documentation_lists()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "src/HybridStore/Query/Arrow/README.md"));
        var types = TypeRow().Matches(page).Select(match => (Sql: match.Groups[1].Value, Arrow: match.Groups[2].Value)).ToList();
        Assert.True(types.Count > 25);
        var columns = string.Join(", ", types.Select((type, index) => $"null::{type.Sql} as c{index}"));
        using var read = Write($"select {columns}");
        Assert.Equal(types.Select((type, index) => $"c{index}: {type.Arrow}"), read.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetString()));
        var listed = types.Select(type => type.Sql).ToHashSet();
        Assert.Superset(new HashSet<string>(["BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "VARCHAR"]), listed);
    }

    [Theory]
    [InlineData("true", "true")]
    [InlineData("-5::bigint", "-5")]
    [InlineData("18446744073709551615::ubigint", "18446744073709551615")]
    [InlineData("0.1::double", "0.1")]
    [InlineData("-12345678901234567890123456.0123456789::decimal(38,10)", "-123456789012345678901234560123456789")]
    [InlineData("date '2024-02-29'", "19782")]
    [InlineData("timestamp '2024-02-29 01:02:03.000004'", "1709168523000004")]
    [InlineData("timestamptz '2024-02-29 01:02:03.000004+02'", "1709161323000004")]
    [InlineData("'it''s 日本'", "it's 日本")]
    [InlineData("'b'::enum('a', 'b')", "b")]
    [InlineData("'b3b4c5d6-0000-4000-8000-0123456789ab'::uuid", "b3b4c5d6-0000-4000-8000-0123456789ab")]
    [InlineData("[1, null, 3]", """["1",null,"3"]""")]
    [InlineData("{'a': 1, 'b': 'x'}", """{"a":"1","b":"x"}""")]
    [InlineData("null::bigint", "null")]
    public void A_second_reader_sees_the_values(string sql, string expected)
    {
        using var read = Write($"select {sql} as x from range(2)");
        var values = read.RootElement.GetProperty("columns")[0];
        Assert.Equal(2, values.GetArrayLength());
        Assert.All(values.EnumerateArray(), value => Assert.Equal(expected, value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()));
    }

    [Fact]
    public void The_program_writes_streams_and_files_and_exports()
    {
        var file = _folder.File("all.arrow");
        _program.RunOk("sql", "select * from trades order by time", "-o", file);
        AssertTrades(file);
        var exported = _folder.File("export.arrow");
        _program.RunOk("export", "trades", "-o", exported);
        AssertTrades(exported);
        _program.RunOk("export", "trades", "-o", _folder.File("split"), "--split", "symbol", "--output", "arrow");
        AssertTrades(_folder.File("split/IBM.arrow"));
        var stream = _folder.File("stream.arrows");
        var hybrid = Path.Combine(AppContext.BaseDirectory, "hybrid");
        var run = ShellProgram.Run("sh", "-c", $"'{hybrid}' --store '{_program.Store}' sql 'select * from trades order by time' --output arrow > '{stream}'");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.NotEqual("ARROW1"u8.ToArray(), File.ReadAllBytes(stream)[..6]);
        AssertTrades(stream);
        var refused = _program.Run("sql", "select interval '1 hour'", "-o", _folder.File("no.arrow"));
        Assert.Equal(2, refused.ExitCode);
        Assert.False(File.Exists(_folder.File("no.arrow")));
    }

    private static void AssertTrades(string path)
    {
        using var read = Read(path);
        Assert.Equal(5000, read.RootElement.GetProperty("rows").GetInt32());
        var fields = read.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetString()).Take(4);
        Assert.Equal(["symbol: Utf8", "time: Timestamp<MICROSECOND>", "price: Float64", "size: Int64"], fields);
        var columns = read.RootElement.GetProperty("columns");
        Assert.Equal("1730712600004999", columns[1][4999].GetString());
        Assert.Equal("4999.25", columns[2][4999].GetString());
        Assert.Equal(JsonValueKind.Null, columns[3][0].ValueKind);
    }

    private JsonDocument Write(string sql)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.arrow");
        using (var stream = File.Create(path))
        using (var reader = _store.QueryArrow(sql)) ArrowOutput.Write(reader, stream, isFile: true);
        return Read(path);
    }

    private static JsonDocument Read(string path)
    {
        var run = ShellProgram.Run("node", Path.Combine(SourceTree.Root, "tests/Arrow/read.mjs"), path);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Out);
    }

    [GeneratedRegex(@"^\| `([A-Z][^`]*)` \| `([^`]*)` \|", RegexOptions.Multiline)]
    private static partial Regex TypeRow();
}
