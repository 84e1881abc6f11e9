using HybridStore.Hot;
using HybridStore.Lake;

namespace HybridStore.Cli.Doctor;

/// <summary>Looks at the hot tier's server; starts nothing.</summary>
internal static class PostgresChecks
{
    private const string Check = "postgres";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Looks at the server, and at the columns of each dataset that is hot.</summary>
    internal static async Task<IReadOnlyList<Finding>> RunAsync(StorePaths paths, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var hot = await HotTier.OpenIfRunningAsync(paths, Environment.GetEnvironmentVariable, TimeProvider.System, either.Token);
            if (hot is null)
            {
                var home = new EmbeddedPostgres(paths, TimeProvider.System).Status().Home;
                return [Finding.Ok(Check, home is null ? "the embedded server is not set up yet; 'hybrid sync' does it" : $"the embedded server does not run; its data is in {home}")];
            }

            var status = await hot.StatusAsync(either.Token);
            var server = Finding.Ok(Check, $"{status.ServerVersion}, {status.Server}{(status.IsEmbedded ? ", embedded" : "")}");
            var zones = await ZoneChecks.OfPostgresAsync(
                ZoneSpan.Of(paths), span => hot.ZoneOffsetsAsync(span.Rules.Id, span.HourUs(0), span.HourCount, either.Token));
            var columns = await CompareColumnsAsync(hot, paths, status.Datasets.Select(dataset => dataset.Dataset), either.Token);
            return [server, zones, .. columns];
        }
        catch (StoreException exception)
        {
            return [Finding.Fail(Check, exception.Message, "Check HYBRID_PG and the server; unset HYBRID_PG to use the embedded one.")];
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return [Finding.Fail(Check, $"no answer within {Limit.TotalSeconds:0} s", "Check HYBRID_PG, the server and the network.")];
        }
    }

    private static async Task<List<Finding>> CompareColumnsAsync(HotTier hot, StorePaths paths, IEnumerable<string> datasets, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var dataset in datasets.Intersect(LakeTable.Datasets(paths), StringComparer.Ordinal))
        {
            if (new LakeTable(paths.Dataset(dataset), TimeProvider.System).TryLoad() is not { } snapshot) continue;
            var difference = await hot.CompareColumnsAsync(snapshot.Dataset, cancellationToken);
            if (difference.Length > 0) findings.Add(Finding.Warn(Check, $"the table public.{dataset} {difference}", $"Run 'hybrid sync {dataset}': it gives the table the lake's columns, or says what is in the way."));
        }

        return findings;
    }
}
