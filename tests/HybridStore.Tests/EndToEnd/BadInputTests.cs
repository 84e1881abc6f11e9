using System.IO.Compression;
using System.Text;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>What is wrong is said in one sentence, with the right exit code, and leaves the store as it was.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Header = "symbol,timestamp,price\n";
    private const string Rows = "IBM,2024-11-01 10:00:00,1.5\nIBM,2024-11-01 10:00:01,1.6\n";

    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public BadInputTests() => _hybrid = new HybridProgram(_folder.File("store"));

    public void Dispose()
    {
        _hybrid.DeleteHot();
        _folder.Dispose();
    }

    [Fact]
    public void Ingest_of_a_file_that_does_not_exist_says_so() => Refused(3, "no such file or folder", "ingest", _folder.File("nowhere.csv"));

    [Fact]
    public void Ingest_of_a_folder_without_sources_says_what_it_looks_for()
    {
        Directory.CreateDirectory(_folder.File("empty"));
        Refused(3, "holds no .csv", "ingest", _folder.File("empty"));
    }

    [Fact]
    public void Ingest_of_an_empty_file_fails_it() => Refused(3, "is empty", "ingest", _folder.Write("quotes/a.csv", ""));

    [Fact]
    public void Ingest_of_a_header_alone_fails_it() => Refused(3, "no rows", "ingest", _folder.Write("quotes/a.csv", Header));

    [Fact]
    public void Ingest_of_a_binary_file_fails_it()
    {
        var path = _folder.Write("quotes/a.csv", "");
        var bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
        Refused(3, "a.csv", "ingest", path);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".zst")]
    public void Ingest_of_a_truncated_packed_file_fails_it(string extension)
    {
        var path = Packed("quotes/a.csv", extension);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
        Refused(3, "is damaged", "ingest", path);
    }

    [Fact]
    public void Ingest_of_a_file_without_a_time_column_asks_for_it() =>
        Refused(3, "--time-column", "ingest", _folder.Write("quotes/a.csv", "symbol,price\nIBM,1.5\n"));

    [Fact]
    public void Ingest_with_a_broken_settings_file_names_the_line()
    {
        _folder.Write("store/hybrid.json", "{\n  \"version\": 1,\n  \"window_days\": \"many\"\n}\n");
        Refused(4, "hybrid.json:3", "ingest", _folder.Write("quotes/a.csv", Header + Rows));
    }

    [Fact]
    public void A_setting_that_is_not_known_is_named()
    {
        _folder.Write("store/hybrid.json", "{ \"version\": 1, \"windowdays\": 3 }");
        Refused(4, "windowdays", "status");
    }

    [Fact]
    public void A_bad_file_beside_a_good_one_fails_alone()
    {
        var good = _folder.Write("quotes/good.csv", Header + Rows);
        var bad = _folder.Write("quotes/zbad.csv", "");
        var run = _hybrid.Run("ingest", good, bad);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("zbad.csv", run.Error);
        Assert.Equal("n\n2\n", _hybrid.RunOk("sql", "select count(*) n from quotes", "--output", "csv"));
    }

    [Fact]
    public void A_command_on_a_store_that_is_not_there_says_how_to_make_one() => Refused(2, "there is no store here", "status");

    [Theory]
    [InlineData("quote", "Did you mean 'quotes'?")]
    public void Sql_on_a_dataset_that_is_not_there_names_the_nearest(string asked, string answer)
    {
        IngestGood();
        Refused(2, answer, "sql", $"select * from {asked}");
    }

    [Theory]
    [InlineData("quotes")]
    [InlineData("nothing")]
    public void Load_historical_of_a_symbol_that_nobody_has_names_the_nearest(string dataset)
    {
        IngestGood();
        Refused(2, dataset == "quotes" ? "IBM" : "quotes", "load-historical", dataset, "IBMX", "2024-11-01", "2024-11-02");
    }

    [Fact]
    public void Load_historical_of_a_range_without_data_says_what_there_is()
    {
        IngestGood();
        Refused(3, "2024-11-01", "load-historical", "IBM", "2020-01-01", "2020-01-31");
    }

    [Theory]
    [InlineData("2024-13-01", "2024-11-02")]
    [InlineData("yesterday", "2024-11-02")]
    [InlineData("2024-11-05", "2024-11-02")]
    public void Load_historical_of_a_wrong_date_says_how_dates_are_written(string from, string to)
    {
        IngestGood();
        Refused(2, from, "load-historical", "IBM", from, to);
    }

    [Fact]
    public void Sync_with_a_Postgres_that_is_not_reachable_says_so_without_the_password()
    {
        IngestGood();
        var hybrid = new HybridProgram(_hybrid.Store, environment: new Dictionary<string, string> { ["HYBRID_PG"] = "postgresql://me:topsecret@127.0.0.1:1/none" });
        var run = hybrid.Run("sync");
        Assert.Equal(5, run.ExitCode);
        Assert.Contains("127.0.0.1", run.Error);
        Assert.DoesNotContain("topsecret", run.Error + run.Out);
        OneSentence(run);
    }

    [Fact]
    public void Ingest_on_a_full_disk_leaves_the_store_as_it_was()
    {
        var random = new Random(5);
        var text = new StringBuilder(Header);
        for (var row = 0; row < 400_000; row++) text.Append(CultureFree($"IBM,2024-11-01 10:{row / 60000:00}:{row / 1000 % 60:00}.{row % 1000:000},{random.NextDouble()}\n"));
        var path = _folder.Write("quotes/a.csv", text.ToString());
        Directory.CreateDirectory(_hybrid.Store);
        var script = $"mount -t tmpfs -o size=1m tmpfs '{_hybrid.Store}' && '{Path.Combine(AppContext.BaseDirectory, "hybrid")}' ingest --store '{_hybrid.Store}' '{path}'; code=$?; find '{_hybrid.Store}' -type f; exit $code";
        var run = ShellProgram.Run("unshare", "-rm", "sh", "-c", script);
        Assert.Equal(5, run.ExitCode);
        Assert.Contains("The disk is full", run.Error);
        Assert.DoesNotContain(".parquet", run.Out);
        Assert.DoesNotContain("_delta_log/0", run.Out);
    }

    private static string CultureFree(FormattableString text) => FormattableString.Invariant(text);

    private void IngestGood() => _hybrid.RunOk("ingest", _folder.Write("quotes/good.csv", Header + Rows));

    /// <summary>Runs what must fail, and checks code, sentence and that nothing in the store has changed.</summary>
    private void Refused(int exitCode, string sentencePart, params string[] arguments)
    {
        var before = StoreContent.Of(_hybrid.Store);
        var run = _hybrid.Run(arguments);
        Assert.True(run.ExitCode == exitCode, $"expected {exitCode}, got {run.ExitCode}: {run.Error}{run.Out}");
        Assert.Contains(sentencePart, run.Error);
        OneSentence(run);
        Assert.Equal(before, StoreContent.Of(_hybrid.Store));
    }

    /// <summary>The message is the last line, and no stack is shown.</summary>
    private static void OneSentence(ProgramRun run)
    {
        Assert.StartsWith("hybrid: ", run.Error.TrimEnd().Split('\n')[^1]);
        Assert.DoesNotContain("   at ", run.Error);
    }

    private string Packed(string name, string extension)
    {
        var text = Header + string.Concat(Enumerable.Range(0, 20_000).Select(row => $"IBM,2024-11-01 10:00:00,{row * 7919 % 10007}.5\n"));
        var plain = _folder.Write(name, text);
        var path = plain + extension;
        if (extension == ".gz")
        {
            using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        else
        {
            Assert.Equal(0, ShellProgram.Run("zstd", "-q", plain, "-o", path).ExitCode);
        }

        return path;
    }
}
