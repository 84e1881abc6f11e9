using System.Text.Json;
using HybridStore.Hot;
using HybridStore.Tests.Ingest;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Names that are no names: through CSV, Parquet, SQL, Postgres and a plain glob, and back, exactly.</summary>
public sealed class HostileTickerTests : IDisposable
{
    /// <summary>Of more than 248 bytes in a folder's name: there the file's own column has it, and the folder a hash.</summary>
    private static readonly string Long = new('x', 300);

    private static readonly string[] Tickers =
    [
        "NULL", "null", "Null", "007", "1e5", "true", "2024-11-01", "BRK/B", "BRK.B", "BRK B", "../../x", "..", ".", "%2F", "%", "a b", " a", "a ", "\U0001F600", "é", "e\u0301", Long, "CON", "nul.txt",
        "aapl", "AAPL", "Aapl", "__HIVE_DEFAULT_PARTITION__", "x'y", "x\"y", "x\\y", "a=b", "a,b", "a;b", "tail.", "*", "?", "[a]", "{a}", "$1", "--", "'; drop table d; --", "#x", "~", "symbol=A", "_hidden", ".hidden", "-",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public HostileTickerTests() => _hybrid = new HybridProgram(_folder.File("store"));

    public void Dispose()
    {
        _hybrid.DeleteHot();
        _folder.Dispose();
    }

    [Fact]
    public void Hostile_tickers_come_back_exactly_from_sql_Postgres_and_a_plain_glob()
    {
        var expected = Tickers.Order(StringComparer.Ordinal).ToList();
        var text = "symbol,timestamp,price\n" + string.Concat(Tickers.Select((ticker, row) => $"\"{ticker.Replace("\"", "\"\"", StringComparison.Ordinal)}\",2024-11-01 10:00:00,{row}\n"));
        _hybrid.RunOk("ingest", _folder.Write("d/a.csv", text), "--partition-by", "symbol/date", "--columns", "symbol:varchar");

        Assert.Equal(expected, Symbols(_hybrid.RunOk("sql", "select symbol from d", "--output", "json")));
        var rows = JsonDocument.Parse(_hybrid.RunOk("sql", "select symbol, price from d", "--output", "json")).RootElement.EnumerateArray();
        Assert.All(rows, row => Assert.Equal(Tickers[(int)row.GetProperty("price").GetDouble()], row.GetProperty("symbol").GetString()));

        // CSV out, and in again: the same dataset once more.
        _hybrid.RunOk("sql", "select symbol, timestamp, price from d", "-o", _folder.File("again.csv"));
        _hybrid.RunOk("ingest", _folder.File("again.csv"), "--dataset", "again", "--columns", "symbol:varchar");
        Assert.Equal(expected, Symbols(_hybrid.RunOk("sql", "select symbol from again", "--output", "json")));

        _hybrid.RunOk("load-historical", "d", "ALL", "2024-11-01", "2024-11-01");
        Assert.Equal(expected, InPostgres("select symbol from d"));
        Assert.Equal(0, _hybrid.Run("verify", "--deep", "--hot").ExitCode);
        foreach (var ticker in new[] { "NULL", "../../x", "'; drop table d; --" })
        {
            Assert.Equal([ticker], Symbols(_hybrid.RunOk("sql", "select symbol from d where symbol = $t", "--param", $"t={ticker}", "--output", "json")));
        }

        var glob = $"read_parquet('{_folder.File("store/lake/d/**/*.parquet")}', hive_partitioning = true, hive_types = {{'symbol': VARCHAR}})";
        var found = IngestFolder.Ask($"select to_json(list(symbol)) from {glob}");
        using var json = JsonDocument.Parse(found);
        var symbols = json.RootElement.EnumerateArray().Select(symbol => symbol.GetString()!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected.Where(ticker => ticker != Long), symbols.Where(symbol => !symbol.StartsWith("xxx", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(expected.Count, symbols.Count);
    }

    private List<string> InPostgres(string sql)
    {
        var server = new EmbeddedPostgres(new StorePaths(_hybrid.Store), TimeProvider.System).FindRunning()!;
        using var source = NpgsqlDataSource.Create(server.Connection(EmbeddedPostgres.Database).ConnectionString);
        using var command = source.CreateCommand(sql);
        using var reader = command.ExecuteReader();
        var symbols = new List<string>();
        while (reader.Read()) symbols.Add(reader.GetString(0));
        symbols.Sort(StringComparer.Ordinal);
        return symbols;
    }

    private static List<string> Symbols(string json)
    {
        using var rows = JsonDocument.Parse(json);
        return [.. rows.RootElement.EnumerateArray().Select(row => row.GetProperty("symbol").GetString()!).Order(StringComparer.Ordinal)];
    }
}
