using System.CommandLine;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid status</c>: what is in the lake and in Postgres.</summary>
internal static class StatusCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var command = new ExampleCommand("status", "Show what is in the lake and in Postgres; starts nothing", "hybrid status", "hybrid status --format json");
        command.SetAction((parsed, cancellationToken) => RunAsync(options.Context(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        var datasets = LakeTable.Datasets(store.Paths).Select(name => DatasetStatus.Of(new LakeTable(store.Paths.Dataset(name), TimeProvider.System).TryLoad()!)).ToList();
        var status = new StoreStatus(store.Paths.Root, datasets, await HotOfAsync(store, cancellationToken));
        if (context.IsJson) JsonOutput.Write(context.Out, status, JsonOutput.Readable.StoreStatus);
        else status.WriteTo(context.Out, context.OutStyle());
        return ExitCode.Ok;
    }

    private static async Task<HotTierStatus> HotOfAsync(Store store, CancellationToken cancellationToken)
    {
        await using var hot = await HotTier.OpenIfRunningAsync(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System, cancellationToken);
        if (hot is null)
        {
            var isSetUp = new EmbeddedPostgres(store.Paths, TimeProvider.System).Status().Home is not null;
            return new HotTierStatus(isSetUp ? "stopped" : "absent", null, null, store.Settings.WindowDays, []);
        }

        var status = await hot.StatusAsync(cancellationToken);
        return new HotTierStatus(status.IsEmbedded ? "running" : "connected", status.Server, status.ServerVersion, store.Settings.WindowDays, status.Datasets);
    }
}
