using HybridStore.Ingest;
using HybridStore.Query;
using HybridStore.Schema;
using HybridStore.Tests.Ingest;
using Xunit;

namespace HybridStore.Tests.Query;

/// <summary>Views whose symbol and date come from the names of folders, and those for which they must not: the answers are the files' own.</summary>
public sealed class FolderColumnsTests : IDisposable
{
    private const string Head = "symbol,timestamp,price\n";

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private bool CanBeRead => FolderColumns.CanBeRead(_folder.Snapshot(), _folder.Snapshot().Files);

    private void Ingest(string name, string text, Partitioning partitioning = Partitioning.SymbolDate, Func<IngestRequest, IngestRequest>? with = null) =>
        _folder.Ingest(_folder.Write(name, text), request => (with ?? (same => same))(request with { Partitioning = request.Partitioning is null ? null : partitioning }));

    private string[] Ask(string sql)
    {
        using var engine = QueryEngine.Open([QuerySource.Of(_folder.Snapshot())]);
        return [.. engine.Rows(sql)];
    }

    /// <summary>What the files' own columns say.</summary>
    private string[] Own(string columns) =>
        [.. IngestFolder.Ask($"select {columns} from {_folder.Rows()} order by all").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Replace(',', '|'))];

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.SymbolMonth)]
    [InlineData(Partitioning.SymbolYear)]
    [InlineData(Partitioning.Date)]
    [InlineData(Partitioning.Month)]
    [InlineData(Partitioning.Year)]
    public void Every_layout_answers_with_its_folders_as_with_its_files(Partitioning partitioning)
    {
        Ingest("a.csv", Head + "B,2024-01-02 10:00:00,1.5\nA,2024-01-02 11:00:00,2.5\nA,2024-02-03 10:00:00,3.5\nB,2025-01-02 10:00:00,\nA,2024-01-02 12:00:00,4.5\n", partitioning);
        Assert.True(CanBeRead);
        Assert.Equal(Own("symbol, timestamp::varchar, coalesce(price, -1), timestamp::date"), Ask("select symbol, timestamp::varchar, coalesce(price, -1), date from d order by all"));
        Assert.Equal(["A|2024-01-02|2|7.0", "A|2024-02-03|1|3.5", "B|2024-01-02|1|1.5", "B|2025-01-02|1|-"], Ask("select symbol, date, count(*), sum(price) from d group by all order by all"));
        Assert.Equal(["2.5", "4.5"], Ask("select price from d where symbol = 'A' and date between '2024-01-01' and '2024-01-31' order by all"));
        Assert.Equal(["symbol|VARCHAR", "timestamp|TIMESTAMP", "price|DOUBLE", "date|DATE"], Ask("select column_name, column_type from (describe d)"));
    }

    [Fact]
    public void Hostile_tickers_are_read_from_the_names_of_folders_exactly()
    {
        string[] tickers =
        [
            "NULL", "null", "007", "1e5", "true", "2024-11-01", "BRK/B", "../../x", "..", ".", "%2F", "%", " a", "a ", "\U0001F600", "e\u0301", "CON", "aapl", "AAPL", "__HIVE_DEFAULT_PARTITION__", "x'y", "x\\y", "a=b", "a;b",
            "tail.", "*", "?", "[a]", "{a}", "$1", "~", "symbol=A", "_hidden", "a+b", "a&b",
        ];
        Ingest("a.csv", Head + string.Concat(tickers.Select((ticker, row) => $"\"{ticker}\",2024-11-01 10:00:00,{row}\n")), with: request => request with { ColumnTypes = new Dictionary<string, ColumnType> { ["symbol"] = new(ColumnKind.Varchar) } });
        Assert.True(CanBeRead);
        Assert.Equal(tickers, Ask("select symbol from d order by price"));
        Assert.Equal(["35|35|35"], Ask("select count(*), count(distinct symbol), count(symbol) from d"));
    }

    [Fact]
    public void A_symbol_column_of_another_name_is_the_folders_too()
    {
        Ingest("a.csv", "ticker,timestamp,price\n007,2024-01-02 10:00:00,1\nNULL,2024-01-02 10:00:00,2\n", with: request => request with { SymbolColumn = "ticker", ColumnTypes = new Dictionary<string, ColumnType> { ["ticker"] = new(ColumnKind.Varchar) } });
        Assert.True(CanBeRead);
        Assert.Equal(["007|007|1", "NULL|NULL|2"], Ask("select ticker, symbol, price::int from d order by all"));
        Assert.Equal(["2"], Ask("select price::int from d where ticker = 'NULL'"));
    }

    [Fact]
    public void A_name_that_is_too_long_for_a_folder_is_read_from_the_file()
    {
        var name = new string('x', 300);
        Ingest("a.csv", $"{Head}{name},2024-01-02 10:00:00,1\nA,2024-01-02 10:00:00,2\n");
        Assert.False(CanBeRead);
        Assert.Equal(["A|2", $"{name}|1"], Ask("select symbol, price::int from d order by all"));
    }

    [Fact]
    public void Files_without_a_column_that_came_later_are_read_by_their_own_columns()
    {
        Ingest("a.csv", Head + "A,2024-01-02 10:00:00,1\n");
        Assert.True(CanBeRead);
        Ingest("b.csv", "symbol,timestamp,price,venue\nA,2024-01-03 10:00:00,2,N\n");
        Assert.False(CanBeRead);
        Assert.Equal(["2024-01-02|1|-", "2024-01-03|2|N"], Ask("select date, price::int, venue from d order by all"));
        Assert.True(FolderColumns.CanBeRead(_folder.Snapshot(), [.. _folder.Snapshot().Files.Where(file => file.Days.From.Day == 3)]));
    }

    [Theory]
    [InlineData(Partitioning.SymbolDate, false)]
    [InlineData(Partitioning.SymbolYear, true)]
    [InlineData(Partitioning.Date, false)]
    [InlineData(Partitioning.Month, true)]
    public void An_own_column_of_a_folders_name_is_not_hidden(Partitioning partitioning, bool canBeRead)
    {
        Ingest("a.csv", "symbol,date,close\nA,2024-01-02,17\nB,2024-01-02,18\nA,2024-01-03,19\n", partitioning);
        Assert.Equal(canBeRead, CanBeRead);
        Assert.Equal(["A|2024-01-02|17", "A|2024-01-03|19", "B|2024-01-02|18"], Ask("select symbol, date, close::int from d order by all"));
    }

    [Fact]
    public void Files_of_other_programs_are_read_by_their_own_columns()
    {
        Ingest("a.csv", Head + "A,2024-01-02 10:00:00,1\n");
        var snapshot = _folder.Snapshot();
        Assert.False(FolderColumns.CanBeRead(snapshot, [snapshot.Files[0] with { Checksum = 0 }]));
        Assert.False(FolderColumns.CanBeRead(snapshot, [snapshot.Files[0] with { Path = "symbol=%41/date=2024-01-02/x.parquet" }]));
        Assert.False(FolderColumns.CanBeRead(snapshot, [snapshot.Files[0] with { Statistics = [] }]));
        Assert.False(FolderColumns.CanBeRead(snapshot with { Folder = "/data/symbol=X/lake/d" }, snapshot.Files));
    }

    [Fact]
    public void A_part_of_a_plan_that_stands_there_twice_is_computed_once()
    {
        Ingest("a.csv", Head + "A,2024-01-02 10:00:00,1\nB,2024-01-02 10:00:00,3\nA,2024-01-03 10:00:00,1\n");
        var plan = string.Join('\n', Ask(
            "explain with hours as (select symbol, date, date_trunc('hour', timestamp) as hour, sum(price) as price from d group by all) "
            + "select symbol, hour, price / sum(price) over (partition by symbol, date) from hours"));
        Assert.Contains("CTE_SCAN", plan, StringComparison.Ordinal);
    }
}
