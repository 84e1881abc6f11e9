using System.Globalization;
using System.Text.Json.Nodes;

namespace HybridStore.Tests.Walk.Steps;

/// <summary>Reads the quarantine again: as it is, with a word that now stands for no value, or with that word corrected.</summary>
internal sealed class RetryStep : IWalkStep
{
    public int Weight => 6;

    public async Task TakeAsync(WalkWorld world, Random random)
    {
        var tables = world.Tables.Where(table => table.Now is { Rejects.Length: > 0 }).ToList();
        if (tables.Count == 0) return;
        var table = WalkValues.Pick(random, tables);
        string[] line = ["rejects", "retry", table.Dataset.Name, "--quiet"];
        var kind = random.Next(3);
        if (kind == 0)
        {
            await world.RunAsync(new WalkAction(table, line) { After = table.Now }, random);
            return;
        }

        var mended = table.Now!.Rejects.Where(reject => reject.Mended is not null).ToList();
        if (kind == 1)
        {
            var after = Store(table, mended, row => row);
            await world.RunAsync(new WalkAction(table, [.. line, "--null", WalkValues.NoNumber]) { After = after }, random);
            return;
        }

        if (mended.Count == 0) return;
        var price = string.Create(CultureInfo.InvariantCulture, $"{random.Next(1000)}.125");
        var action = new WalkAction(table, [.. line, "--rows", await CorrectAsync(world, table, price)])
        {
            After = Store(table, mended, row => table.Dataset.With(row, "px", price)),
            IsRepeatable = false, // The rows that it names are no longer in quarantine then.
        };
        await world.RunAsync(action, random);
    }

    private static WalkState Store(WalkTable table, List<WalkReject> mended, Func<WalkRow, WalkRow> correct)
    {
        var now = table.Now!;
        var rows = now.Rows.AddRange(mended.Select(reject => correct(reject.Mended!)));
        return now with { Rows = rows, Rejects = now.Rejects.RemoveRange(mended) };
    }

    /// <summary>Writes the rows that have the word in place of a number, with a number instead.</summary>
    private static async Task<string> CorrectAsync(WalkWorld world, WalkTable table, string price)
    {
        var listing = new WalkAction(table, "rejects", table.Dataset.Name, "--limit", "1000000", "--format", "json");
        var rows = JsonNode.Parse((await world.Runner.RunAsync(listing, "to be corrected")).Out)!.AsArray();
        var corrected = rows.Where(row => row!["text"]!.GetValue<string>() == WalkValues.NoNumber).Select(row => row!.DeepClone()).ToList();
        foreach (var row in corrected)
        {
            row["row"] = row["row"]!.GetValue<string>().Replace(WalkValues.NoNumber, price, StringComparison.Ordinal);
        }

        var path = world.File("corrected.json");
        await File.WriteAllTextAsync(path, new JsonArray([.. corrected]).ToJsonString());
        return path;
    }
}
