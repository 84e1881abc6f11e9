using FsCheck;
using FsCheck.Fluent;
using HybridStore.Derive;
using HybridStore.Schema;
using HybridStore.Tests.Lake;
using Xunit;

namespace HybridStore.Tests.Derive;

/// <summary>Random lives of a source: what was kept fresh on the way is what is computed from the source all at once.</summary>
public sealed class DerivePropertyTests
{
    private const int LivesDefault = 6;
    private const int StepsOfLife = 7;

    private static readonly (string Name, Derivation Derivation)[] Kinds =
    [
        ("bars", new("ticks", "bars", "20 seconds")),
        ("sample", new("ticks", "sample", Count: 3)),
        ("resample", new("ticks", "resample", "30 seconds")),
        ("energy", new("ticks", "energy", "30 minutes", "price")),
        ("ranks", new("ticks", Sql: "select symbol, time, price, count(*) over () as of_day from ticks")),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_kept_fresh_is_what_is_computed_all_at_once()
    {
        var lives = int.TryParse(Environment.GetEnvironmentVariable("HYBRID_TEST_DERIVE_LIVES"), out var asked) ? asked : LivesDefault;
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ArrayOf(StepsOfLife).ToArbitrary(),
            seeds =>
            {
                Live(seeds);
                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(lives));
    }

    private static void Live(int[] seeds)
    {
        using var store = new DerivedStore((Partitioning)(seeds[0] % 6));
        Change(store, new Random(seeds[0]), mustAppend: true);
        var layouts = new Random(seeds[1]);
        foreach (var (name, derivation) in Kinds) store.Declare(name, derivation, (Partitioning)layouts.Next(6));
        foreach (var seed in seeds[1..])
        {
            var random = new Random(seed);
            Change(store, random, mustAppend: false);
            if (random.Next(4) == 0) store.Table(Kinds[random.Next(Kinds.Length)].Name).Undo(0, Token);
            // Often only some are brought up to date: the others then have several changes to follow.
            foreach (var (name, _) in Kinds.Where(_ => random.Next(3) > 0)) store.Refresh(name);
        }

        Assert.DoesNotContain(store.Deriver.RefreshAll(rebuild: false, Token), report => report.Status == DeriveStatus.Failed);
        foreach (var (name, derivation) in Kinds)
        {
            store.Declare("afresh_" + name, derivation);
            const string sql = "select columns(c -> c not in ('mwh', 'mw', 'hours')), round(columns(c -> c in ('mwh', 'mw', 'hours')), 9) from {0} order by all";
            var plain = name == "energy" ? sql : "select columns(*) from {0} order by all";
            Assert.Equal(store.Rows("afresh_" + name, plain), store.Rows(name, plain));
            Assert.Empty(store.Table(name).Verify(deep: true, Token).Problems);
        }
    }

    private static void Change(DerivedStore store, Random random, bool mustAppend)
    {
        var days = new[] { new DateOnly(2024, 10, 31), LakeFixture.Day1, LakeFixture.Day2 };
        switch (mustAppend ? 0 : random.Next(6))
        {
            case 1:
                var snapshot = store.Ticks.Table.TryLoad()!;
                if (snapshot.Files.Count == 0) return;
                var file = snapshot.Files[random.Next(snapshot.Files.Count)];
                store.Remove(one => one.Path == file.Path);
                break;
            case 2:
                store.Ticks.Table.Undo(random.NextInt64(store.Ticks.Table.TryLoad()!.Version + 1), Token);
                break;
            case 3:
                store.Ticks.Table.Compact(1 << 20, Token);
                break;
            case 4:
                var layout = (Partitioning)random.Next(6);
                if (store.Ticks.Table.TryLoad()!.Dataset.Partitioning != layout) store.Ticks.Table.Repartition(layout, Token);
                break;
            default:
                store.Ticks.Append([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => ((string?)(random.Next(2) == 0 ? "AIG" : "IBM"), days[random.Next(3)], random.Next(1, 100)))]);
                break;
        }
    }
}
