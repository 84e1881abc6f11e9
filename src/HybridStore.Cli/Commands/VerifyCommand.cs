using System.CommandLine;
using System.Globalization;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;
using HybridStore.Lake;

namespace HybridStore.Cli.Commands;

/// <summary>What <c>hybrid verify</c> found in a dataset.</summary>
internal sealed record DatasetVerification(string Dataset, long Version, int Files, long Rows, long Bytes, IReadOnlyList<LakeProblem> Problems);

/// <summary><c>hybrid verify</c>: is the lake as it was committed?</summary>
internal static class VerifyCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var dataset = new Argument<string?>("DATASET") { Description = "Default: every dataset of the store", Arity = ArgumentArity.ZeroOrOne };
        var deep = new Option<bool>("--deep") { Description = "Also read every file: checksums, values, statistics, order" };
        var command = new ExampleCommand("verify", "Check that the lake is as it was committed; exit code 4 and a list when it is not", "hybrid verify", "hybrid verify quotes --deep") { dataset, deep };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(options.Context(parsed), parsed.GetValue(dataset), parsed.GetValue(deep), cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, string? dataset, bool deep, CancellationToken cancellationToken)
    {
        var store = context.OpenStore();
        var results = new List<DatasetVerification>();
        foreach (var name in DatasetChoice.Names(store, dataset))
        {
            var report = new LakeTable(store.Paths.Dataset(name), TimeProvider.System).Verify(deep, cancellationToken);
            results.Add(new DatasetVerification(name, report.Version, report.FilesChecked, report.RowsChecked, report.BytesChecked, report.Problems));
        }

        if (context.IsJson)
        {
            JsonOutput.Write(context.Out, results, JsonOutput.Readable.ListDatasetVerification);
        }
        else
        {
            foreach (var result in results) WriteText(context.Out, result);
        }

        return results.Exists(result => result.Problems.Count > 0) ? ExitCode.CorruptStore : ExitCode.Ok;
    }

    private static void WriteText(TextWriter output, DatasetVerification result)
    {
        var verdict = result.Problems.Count == 0 ? "all is well" : $"{result.Problems.Count} problem{(result.Problems.Count == 1 ? "" : "s")}";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Dataset}: version {result.Version}, {result.Files:N0} files, {result.Rows:N0} rows, {ByteSize.ToText(result.Bytes)}: {verdict}"));
        foreach (var problem in result.Problems) output.WriteLine($"  {problem.Path}: {problem.What} {problem.Remedy}");
    }
}
