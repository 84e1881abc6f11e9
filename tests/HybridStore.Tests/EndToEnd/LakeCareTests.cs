using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The commands that look after the lake, as a user runs them.</summary>
public sealed class LakeCareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public LakeCareTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"));
        for (var file = 1; file < 4; file++) _hybrid.RunOk("ingest", _folder.Write($"d/{file}.csv", $"symbol,timestamp,price\nA,2024-11-01 10:00:0{file},1.5\nB,2024-11-02 10:00:0{file},2.5\n"), "--partition-by", "symbol/date");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_file_is_found_by_verify_and_refused_with_check_on_read()
    {
        var path = Directory.GetFiles(_folder.File("store/lake/d/symbol=A"), "*.parquet", SearchOption.AllDirectories)[0];
        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 1;
        File.WriteAllBytes(path, bytes);
        var verify = _hybrid.Run("verify", "--deep");
        Assert.Equal(4, verify.ExitCode);
        Assert.Contains(path, verify.Out, StringComparison.Ordinal);
        var sql = _hybrid.Run("sql", "select sum(price) from d", "--check-on-read");
        Assert.Equal(4, sql.ExitCode);
        Assert.Contains(path, sql.Error, StringComparison.Ordinal);
        Assert.Equal(4, _hybrid.Run("load-historical", "A", "2024-11-01", "2024-11-01", "--check-on-read").ExitCode);
        _hybrid.RunOk("sql", "select sum(price) from d");
    }

    [Fact]
    public void Changed_settings_are_found_by_verify_until_they_are_accepted()
    {
        var path = _folder.File("store/hybrid.json");
        Assert.Equal(0, _hybrid.Run("verify").ExitCode);
        File.WriteAllText(path, File.ReadAllText(path).Replace("30", "45", StringComparison.Ordinal));
        var run = _hybrid.Run("verify");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("--accept-settings", run.Out, StringComparison.Ordinal);
        Assert.Equal(0, _hybrid.Run("verify", "--accept-settings").ExitCode);
        Assert.Equal(0, _hybrid.Run("verify").ExitCode);
    }

    [Fact]
    public void Compact_writes_a_checkpoint_and_vacuum_shortens_the_log()
    {
        Assert.Contains("*=*/**/*.parquet", _hybrid.Run("compact", "--checkpoint").Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.File("store/lake/d/_delta_log/00000000000000000003.checkpoint.parquet")));
        Assert.Contains("0 files", _hybrid.RunOk("vacuum", "--log", "--older-than", "1h"), StringComparison.Ordinal);
        Assert.Equal(0, _hybrid.Run("verify", "--deep").ExitCode);
        Assert.Contains("6", _hybrid.RunOk("sql", "select count(*) from d", "--output", "csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Adopt_links_fit_files_and_says_why_others_are_not()
    {
        _hybrid.RunOk("sql", "select symbol, timestamp, price from d where symbol = 'A' order by timestamp", "-o", _folder.File("exports.parquet"));
        Directory.CreateDirectory(_folder.File("fit/symbol=A"));
        File.Copy(_folder.File("exports.parquet"), _folder.File("fit/symbol=A/x.parquet"));
        _hybrid.RunOk("adopt", _folder.File("fit"));
        Assert.Equal(0, _hybrid.Run("verify", "fit", "--deep").ExitCode);
        _hybrid.RunOk("sql", "select price, timestamp, symbol from d order by price desc", "-o", _folder.File("unfit.parquet"));
        Directory.CreateDirectory(_folder.File("unfit"));
        File.Copy(_folder.File("unfit.parquet"), _folder.File("unfit/x.parquet"));
        var run = _hybrid.Run("adopt", _folder.File("unfit"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("x.parquet", run.Error, StringComparison.Ordinal);
        Assert.Contains("--rewrite", run.Error, StringComparison.Ordinal);
        _hybrid.RunOk("adopt", _folder.File("unfit"), "--rewrite");
        Assert.Equal(0, _hybrid.Run("verify", "unfit", "--deep").ExitCode);
    }
}
