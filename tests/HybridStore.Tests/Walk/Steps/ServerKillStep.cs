namespace HybridStore.Tests.Walk.Steps;

/// <summary>Kills the store's own Postgres, which is as it was when it is started again.</summary>
internal sealed class ServerKillStep : IWalkStep
{
    public int Weight => 3;

    public async Task TakeAsync(WalkWorld world, Random random)
    {
        if (!world.HasOwnServer) return;
        await world.KillServerAsync();
        foreach (var table in world.Tables) await world.Comparison.CheckHotAsync(table, verifies: false);
    }
}
