using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Hot;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary>What <c>hybrid verify</c> found in a dataset.</summary>
internal sealed record DatasetVerification(string Dataset, long Version, int Files, long Rows, long Bytes, IReadOnlyList<LakeProblem> Problems, IReadOnlyList<LakeProblem> Notes, HotVerifyResult? Hot);

/// <summary><c>hybrid verify</c>: is the lake as it was committed?</summary>
internal static class VerifyCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: every dataset of the store", Arity = ArgumentArity.ZeroOrOne };
        var deep = new Option<bool>("--deep") { Description = "Also read every file: checksums, values, statistics, order" };
        var hot = new Option<bool>("--hot") { Description = "Also compare every hot row in Postgres with the lake" };
        var accept = new Option<bool>("--accept-settings") { Description = "hybrid.json is right as it stands: write its checksum anew first, after an edit by hand" };
        var command = new ExampleCommand(
            "verify", "Check that the lake is as it was committed; exit code 4 and a list when it is not", "hybrid verify", "hybrid verify quotes --deep", "hybrid verify --hot", "hybrid verify --accept-settings") { dataset, deep, hot, accept };
        command.SetAction((parsed, cancellationToken) => RunAsync(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(deep), parsed.GetValue(hot), parsed.GetValue(accept), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string? dataset, bool deep, bool withHot, bool acceptsSettings, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        await using var hot = withHot ? await HotTier.OpenAsync(store.Paths, Environment.GetEnvironmentVariable, TimeProvider.System, cancellationToken) : null;
        if (acceptsSettings) SettingsSeal.Accept(store.Paths.Settings);
        var results = new List<DatasetVerification>();
        if (SettingsSeal.FindDamage(store.Paths.Settings) is { } damage) results.Add(OfSettings(store.Paths.Settings, damage));
        foreach (var name in DatasetChoice.Names(store, dataset))
        {
            var table = new LakeTable(store.Paths.Dataset(name), TimeProvider.System);
            var report = table.Verify(deep, cancellationToken);
            var compared = hot is null ? null : await hot.VerifyAsync(table.TryLoad()!, range: null, cancellationToken);
            results.Add(new DatasetVerification(name, report.Version, report.FilesChecked, report.RowsChecked, report.BytesChecked, report.Problems, report.Notes, compared));
        }

        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, results, JsonOutput.Readable.ListDatasetVerification);
        }
        else
        {
            foreach (var result in results) WriteText(context.Out, result);
        }

        return results.Exists(result => result.Problems.Count > 0 || result.Hot?.Problems.Count > 0) ? ExitCode.CorruptStore : ExitCode.Ok;
    }

    /// <summary>Stands among the datasets only when something is wrong.</summary>
    private static DatasetVerification OfSettings(string path, string damage) => new(
        Path.GetFileName(path),
        Version: -1,
        Files: 1,
        Rows: 0,
        Bytes: 0,
        [new LakeProblem(path, damage, "Look at the file; when it is as you want it, run 'hybrid verify --accept-settings'.")],
        Notes: [],
        Hot: null);

    private static void WriteText(TextWriter output, DatasetVerification result)
    {
        var verdict = result.Problems.Count == 0 ? "all is well" : $"{result.Problems.Count} problem{(result.Problems.Count == 1 ? "" : "s")}";
        if (result.Version < 0) output.WriteLine($"{result.Dataset}: {verdict}");
        else output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Dataset}: version {result.Version}, {result.Files:N0} files, {result.Rows:N0} rows, {ByteSize.ToText(result.Bytes)}: {verdict}"));
        if (result.Hot is { } hot)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Dataset} in Postgres: {hot.PartitionsChecked:N0} symbol-days, {hot.RowsChecked:N0} rows: {(hot.Problems.Count == 0 ? "the same as the lake" : $"{hot.Problems.Count} differ; 'hybrid sync' loads them again")}"));
            foreach (var problem in hot.Problems) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {problem.Symbol} {problem.Date:O}: {problem.Problem}"));
        }

        foreach (var problem in result.Problems) output.WriteLine($"  {problem.Path}: {problem.What} {problem.Remedy}");
        foreach (var note in result.Notes) output.WriteLine($"  Note: {note.Path}: {note.What} {note.Remedy}");
    }
}
