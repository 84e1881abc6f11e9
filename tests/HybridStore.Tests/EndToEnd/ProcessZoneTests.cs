using System.Globalization;
using System.Security.Cryptography;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The program on machines of other zones and languages.</summary>
/// <remarks>Unless it is told, DuckDB takes its zone from TZ and its calendar from LC_ALL: in Thai 2024 is the year 2567.</remarks>
public sealed class ProcessZoneTests : IDisposable
{
    private static readonly (string Zone, string Language)[] Machines =
    [
        ("UTC", "C"), ("America/New_York", "th_TH.UTF-8"), ("Asia/Kolkata", "C"), ("UTC", "fa_IR.UTF-8"),
    ];

    private static readonly string[] Questions =
    [
        "select * exclude (symbol) from power order by unit, time",
        "select time::timestamp as local, time::date as day, year(time) as y, strftime(time, '%Y-%m-%d %H:%M') as t from power order by all",
        "select time at time zone 'Europe/Berlin' as berlin, settlement_period(time, 'Europe/Berlin') as period from power order by all",
        "select date_trunc('day', time) as day, count(*) from power where time < '2024-10-27 00:30' group by all order by all",
        "select * exclude (symbol) from power_hours order by unit, time",
        "select * exclude (symbol) from quotes order by ticker, seen, price",
        "from bars('quotes', '1 day') order by all",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_walk_through_the_commands_gives_the_same_files_and_answers_on_every_machine()
    {
        var expected = Walk(Machines[0]);
        Assert.True(expected.Count > Questions.Length + 3, string.Join('\n', expected));
        foreach (var machine in Machines.Skip(1)) Assert.Equal(expected, Walk(machine));
    }

    [Fact]
    public void Instants_in_a_foreign_file_of_a_dataset_of_local_times_stay_where_they_are_when_it_is_compacted()
    {
        foreach (var machine in Machines)
        {
            var store = new StorePaths(_folder.File(Folder("foreign", machine)));
            AppendForeign(store);
            var hybrid = Program(store.Root, machine);
            hybrid.RunOk("config", "set", "memory", "1GB"); // Makes the store's settings.
            string[] question = ["sql", "select price, seen from quotes order by price", "--output", "csv"];
            const string answer = "price,seen\n1.0,2024-05-01 02:30:00\n2.0,2024-05-01 03:30:00\n";
            Assert.Equal(answer, hybrid.RunOk(question));
            hybrid.RunOk("compact");
            Assert.Equal(answer, hybrid.RunOk(question));
            hybrid.RunOk("repartition", "month");
            Assert.Equal(answer, hybrid.RunOk(question));
            hybrid.RunOk("verify", "--deep");
        }
    }

    private static string Folder(string name, (string Zone, string Language) machine) =>
        $"{name}-{machine.Zone.Replace('/', '-')}-{machine.Language}";

    private static HybridProgram Program(string store, (string Zone, string Language) machine) => new(
        store,
        environment: new Dictionary<string, string> { ["TZ"] = machine.Zone, ["LC_ALL"] = machine.Language, ["LANG"] = machine.Language });

    /// <summary>What all the commands left behind: files by their bytes, and answers.</summary>
    private List<string> Walk((string Zone, string Language) machine)
    {
        var (sources, store) = (_folder.File(Folder("sources", machine)), _folder.File(Folder("store", machine)));
        Directory.CreateDirectory(sources);
        var hybrid = Program(store, machine);
        string[] power = ["--dataset", "power", "--timezone", "Europe/Berlin"];
        Ingest("power.csv", ["unit,time,mw", .. AutumnNight()], [.. power, "--columns", "time:timestamptz", "--partition-by", "date"]);
        string[] late = ["A,2024-10-26 23:00:00,99", "A,2024-10-27 04:00:00,98"];
        Ingest("late.csv", ["unit,time,mw", .. late], [.. power, "--key", "unit,time", "--on-duplicate", "replace"]);
        Ingest("more.csv", ["unit,time,mw", "B,2024-10-26 23:59:59.999999,1"], power);
        string[] quotes = ["IBM,2024-11-01 23:59:59.5,1.5", "IBM,2024-11-02 00:00:00,2.5", "AIG,1969-12-31 23:59:59.999999,3.5"];
        Ingest("quotes.csv", ["ticker,seen,price", .. quotes], ["--dataset", "quotes"]);
        const string hours = "select unit, time_bucket(interval '1 hour', time) as time, avg(mw) as mw from power group by all";
        hybrid.RunOk("derive", "power_hours", "--from", "power", "--sql", hours);
        hybrid.RunOk("compact", "--dataset", "power");
        hybrid.RunOk("repartition", "month", "--dataset", "power");
        hybrid.RunOk("export", "power", "-o", Path.Combine(sources, "out.csv"));
        hybrid.RunOk("verify", "--deep");
        var files = Directory.EnumerateFiles(Path.Combine(store, "lake"), "*.parquet", SearchOption.AllDirectories);
        return
        [
            .. files.Select(file => $"{Path.GetDirectoryName(file)!.Replace(store, "", StringComparison.Ordinal)} {Hash(file)}").Order(),
            File.ReadAllText(Path.Combine(sources, "out.csv")),
            .. Questions.Select(question => hybrid.RunOk("sql", question, "--output", "csv")),
        ];

        void Ingest(string name, string[] lines, string[] options) =>
            hybrid.RunOk(["ingest", _folder.Write(Path.Combine(sources, name), string.Join('\n', [.. lines, ""])), .. options]);
    }

    /// <summary>Quarter hours of Berlin's clocks around the hour that comes twice.</summary>
    private static IEnumerable<string> AutumnNight() =>
        from step in Enumerable.Range(0, 24)
        let time = new DateTime(2024, 10, 26, 21, 0, 0).AddMinutes(15 * step)
        where time.Hour != 2
        select string.Create(CultureInfo.InvariantCulture, $"A,{time:yyyy-MM-dd HH:mm:ss},{step}");

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>Two files as another program may write them: their times name a zone, the dataset's do not.</summary>
    private static void AppendForeign(StorePaths store)
    {
        var table = new LakeTable(store.Dataset("quotes"), TimeProvider.System);
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        for (var row = 1; row <= 2; row++)
        {
            var snapshot = table.TryLoad();
            using var transaction = table.Begin(snapshot, "append");
            if (snapshot is null)
            {
                transaction.SetDataset(new Dataset
                {
                    Name = "quotes",
                    Columns =
                    [
                        new("ticker", new(ColumnKind.Varchar)),
                        new("seen", new(ColumnKind.Timestamp)),
                        new("price", new(ColumnKind.Double)),
                    ],
                    SymbolColumn = "ticker",
                    TimeColumn = "seen",
                });
            }

            var day = new DateOnly(2024, 5, 1);
            var target = transaction.Stage("IBM", new DateRange(day, day));
            connection.Execute(
                $"COPY (SELECT 'IBM' AS ticker, TIMESTAMPTZ '2024-05-01 0{row + 1}:30:00+00' AS seen, {row}::DOUBLE AS price) "
                + $"TO {SqlText.Literal(target.StagingPath)} (FORMAT parquet)");
            transaction.Add(target, 1, []);
            Assert.True(transaction.Commit(new CommitDetails { RowsRead = 1, RowsStored = 1 }, CancellationToken.None).Committed);
        }
    }
}
