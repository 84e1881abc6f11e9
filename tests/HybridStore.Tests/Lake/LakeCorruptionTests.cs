using HybridStore.Lake;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Damage to everything but data files, which <see cref="LakeVerifierTests"/> damages: verify finds all of it, and names the file.</summary>
public sealed class LakeCorruptionTests
{
    private const int FlipsOfFile = 400;
    private const int BlocksOfFile = 60;
    private const int BlockBytes = 64;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("00000000000000000001.json")]
    [InlineData("00000000000000000000.00000000000000000099.compacted.json")]
    [InlineData("00000000000000000099.checkpoint.parquet")]
    [InlineData("_last_checkpoint")]
    public void Verify_finds_every_bit_flip_zeroed_block_and_truncation_of_the_log(string name)
    {
        using var lake = LakeWork.Prepare("hundredth commit");
        lake.Append(("IBM", LakeFixture.Day1, 1));
        lake.Table.WriteCheckpoint(Token);
        Assert.Empty(Problems(lake));
        var path = Path.Combine(lake.Folder, "_delta_log", name);
        ForEveryDamage(path, () => Assert.Contains(Problems(lake), problem => problem.Path.StartsWith(path, StringComparison.Ordinal) && problem.Remedy.Length > 0));
        Assert.Empty(Problems(lake));
    }

    [Fact]
    public void Verify_finds_every_damage_of_a_checkpoint_that_stands_for_versions_that_are_gone()
    {
        using var lake = LakeWork.Prepare("clean log");
        lake.Table.CleanLog(TimeSpan.Zero, dryRun: false, Token);
        var before = LakeWork.Rows(lake);
        var path = Path.Combine(lake.Folder, "_delta_log", "00000000000000000002.checkpoint.parquet");
        ForEveryDamage(path, () =>
        {
            Assert.Contains(Problems(lake), problem => problem.Path == path);
            Assert.Equal(before, LakeWork.Rows(lake)); // The compacted file says the same.
        });
        File.Delete(Path.Combine(lake.Folder, "_delta_log", "00000000000000000000.00000000000000000002.compacted.json"));
        Assert.Equal(before, LakeWork.Rows(lake)); // And the other way round.
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal(StoreErrorKind.CorruptStore, Assert.Throws<StoreException>(() => lake.Table.TryLoad()).Kind);
    }

    [Theory]
    [InlineData("00000000000000000001.json")]
    [InlineData("00000000000000000002.checkpoint.parquet")]
    [InlineData("_last_checkpoint")]
    public void Verify_finds_a_missing_file_of_the_log(string name)
    {
        using var lake = LakeWork.Prepare("checkpoint");
        lake.Table.WriteCheckpoint(Token);
        var path = Path.Combine(lake.Folder, "_delta_log", name);
        File.Delete(path);
        Assert.Contains(Problems(lake), problem => problem.Path == path);
    }

    [Fact]
    public void Verify_finds_commits_that_were_swapped()
    {
        using var lake = LakeWork.Prepare("undo");
        var log = Path.Combine(lake.Folder, "_delta_log");
        var (one, two) = (Path.Combine(log, "00000000000000000001.json"), Path.Combine(log, "00000000000000000002.json"));
        var bytes = File.ReadAllBytes(one);
        File.WriteAllBytes(one, File.ReadAllBytes(two));
        File.WriteAllBytes(two, bytes);
        Assert.Contains(Problems(lake), problem => problem.Path == one || problem.Path == two);
    }

    [Fact]
    public void FindDamage_of_the_settings_finds_every_bit_flip_zeroed_block_truncation_and_loss()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("hybrid.json");
        StoreSettings.WriteDefaults(path);
        Assert.Null(SettingsSeal.FindDamage(path));
        ForEveryDamage(path, () => Assert.NotNull(SettingsSeal.FindDamage(path)));
        File.Delete(path);
        Assert.Contains("found none", SettingsSeal.FindDamage(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_of_settings_that_a_person_edited_makes_them_sound_and_keeps_every_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("hybrid.json");
        StoreSettings.WriteDefaults(path);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"window_days\": 30", "\"window_days\": 45", StringComparison.Ordinal));
        Assert.NotNull(SettingsSeal.FindDamage(path));
        Assert.Equal(45, StoreSettings.Read(path).WindowDays);
        SettingsSeal.Accept(path);
        Assert.Null(SettingsSeal.FindDamage(path));
        Assert.Equal(45, StoreSettings.Read(path).WindowDays);
        Assert.Contains("// Days that", File.ReadAllText(path), StringComparison.Ordinal);
    }

    /// <summary>Damages a file in many ways, one after the other, and restores it.</summary>
    private static void ForEveryDamage(string path, Action check)
    {
        var whole = File.ReadAllBytes(path);
        var random = new Random(4);
        for (var flip = 0; flip < FlipsOfFile; flip++)
        {
            var bytes = whole.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Check(bytes);
        }

        for (var block = 0; block < BlocksOfFile; block++)
        {
            var bytes = whole.ToArray();
            bytes.AsSpan(random.Next(bytes.Length - BlockBytes), BlockBytes).Clear();
            Check(bytes);
        }

        foreach (var length in new[] { 0, 1, 8, whole.Length / 2, whole.Length - 8, whole.Length - 1 }) Check(whole[..length]);
        File.WriteAllBytes(path, whole);

        void Check(byte[] bytes)
        {
            if (bytes.AsSpan().SequenceEqual(whole)) return;
            File.WriteAllBytes(path, bytes);
            check();
        }
    }

    private static IReadOnlyList<LakeProblem> Problems(LakeFixture lake) => lake.Table.Verify(deep: false, Token).Problems;
}
